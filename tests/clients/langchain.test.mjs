// LangChain: https://js.langchain.com
import assert from 'node:assert/strict';
import test from 'node:test';
import { HumanMessage } from '@langchain/core/messages';
import { ChatOpenAI } from '@langchain/openai';
import { z } from 'zod';
import { answer, baseURL, model, question, weather } from './setup.mjs';

const settings = { model, apiKey: 'none', maxRetries: 0, configuration: { baseURL } };
const greedy = new ChatOpenAI({ ...settings, temperature: 0 });
const drawn = new ChatOpenAI({ ...settings, temperature: 1, maxTokens: 300, modelKwargs: { seed: 4 } });
const ask = [new HumanMessage(question)];

test('invoke and stream say the same', async () => {
  const whole = await greedy.invoke(ask);
  assert.equal(whole.content.trim(), answer);
  assert.ok(whole.usage_metadata.output_tokens > 5);
  let text = '';
  for await (const chunk of await greedy.stream(ask)) text += chunk.content;
  assert.equal(text, whole.content);
});

test('bindTools: a forced call', async () => {
  const bound = drawn.bindTools([{ type: 'function', function: weather }], { tool_choice: weather.name });
  const [call] = (await bound.invoke(ask)).tool_calls;
  assert.equal(call.name, weather.name);
  assert.ok(['Oslo', 'Rome'].includes(call.args.city));
  let gathered;
  for await (const chunk of await bound.stream(ask)) gathered = gathered === undefined ? chunk : gathered.concat(chunk);
  assert.deepEqual(gathered.tool_calls[0].args, call.args);
});

test('withStructuredOutput, by schema and by function', async () => {
  const schema = z.object({ result: z.number().int(), sure: z.boolean() });
  for (const method of ['jsonSchema', 'functionCalling']) {
    const object = await drawn.withStructuredOutput(schema, { method, name: 'answer' }).invoke(ask);
    assert.deepEqual(schema.parse(object), object);
  }
});
