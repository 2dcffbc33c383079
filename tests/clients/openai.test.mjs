// The openai package: https://github.com/openai/openai-node
import assert from 'node:assert/strict';
import test from 'node:test';
import OpenAI from 'openai';
import { zodResponseFormat } from 'openai/helpers/zod';
import { z } from 'zod';
import { answer, baseURL, messages, model, question, weather } from './setup.mjs';

const client = new OpenAI({ baseURL, apiKey: 'none', maxRetries: 0 });
const greedy = { model, messages, temperature: 0 };
const drawn = { model, messages, temperature: 1, seed: 4, max_tokens: 300 };
const tools = [{ type: 'function', function: weather }];

test('a whole answer has its thinking beside it', async () => {
  const completion = await client.chat.completions.create(greedy);
  const [choice] = completion.choices;
  assert.equal(choice.message.content.trim(), answer);
  assert.match(choice.message.reasoning_content, /17/);
  assert.equal(choice.finish_reason, 'stop');
  assert.ok(completion.usage.completion_tokens_details.reasoning_tokens > 5);
  assert.ok(completion._request_id);
});

test('a stream says the same', async () => {
  const whole = await client.chat.completions.create(greedy);
  const stream = await client.chat.completions.create({ ...greedy, stream: true, stream_options: { include_usage: true } });
  let content = '', thinking = '', usage;
  for await (const chunk of stream) {
    content += chunk.choices[0]?.delta.content ?? '';
    thinking += chunk.choices[0]?.delta.reasoning_content ?? '';
    usage = chunk.usage ?? usage;
  }
  assert.equal(content, whole.choices[0].message.content);
  assert.equal(thinking, whole.choices[0].message.reasoning_content);
  assert.equal(usage.completion_tokens, whole.usage.completion_tokens);
});

test('the stream helper puts chunks together', async () => {
  const events = [];
  const runner = client.chat.completions.stream({ ...greedy, n: 2 }).on('content', (delta) => events.push(delta));
  const completion = await runner.finalChatCompletion();
  assert.deepEqual(completion.choices.map((c) => [c.index, c.message.content.trim()]), [[0, answer], [1, answer]]);
  assert.ok(events.length > 0);
});

test('an aborted stream ends, and the server goes on', async () => {
  const stream = await client.chat.completions.create({ ...greedy, stream: true, max_tokens: 400, ignore_eos: true });
  let chunks = 0;
  for await (const chunk of stream) {
    assert.ok(chunk.id);
    if (++chunks === 3) stream.controller.abort();
  }
  assert.ok(chunks < 300, `${chunks} chunks after the third was the last one wanted`); // what one read had brought
  assert.equal((await client.chat.completions.create(greedy)).choices[0].message.content.trim(), answer);
});

test('parse() gives an object of the schema', async () => {
  const schema = z.object({ result: z.number().int(), sure: z.boolean() });
  const completion = await client.chat.completions.parse({ ...drawn, response_format: zodResponseFormat(schema, 'answer') });
  const { parsed } = completion.choices[0].message;
  assert.deepEqual(schema.parse(parsed), parsed);
  const streamed = client.chat.completions.stream({ ...drawn, response_format: zodResponseFormat(schema, 'answer') });
  assert.deepEqual((await streamed.finalChatCompletion()).choices[0].message.parsed, parsed);
});

test('a forced call streams and is read', async () => {
  const ask = { ...drawn, tools, tool_choice: { type: 'function', function: { name: weather.name } } };
  const whole = await client.chat.completions.create(ask);
  assert.equal(whole.choices[0].finish_reason, 'tool_calls');
  const [call] = whole.choices[0].message.tool_calls;
  assert.ok(weather.parameters.properties.city.enum.includes(JSON.parse(call.function.arguments).city));
  const streamed = await client.chat.completions.stream(ask).finalChatCompletion();
  assert.deepEqual(streamed.choices[0].message.tool_calls[0].function, call.function);
});

test('runTools calls the function', async () => {
  const calls = [];
  const runnable = { ...weather, parse: JSON.parse, function: (args) => (calls.push(args), 'sunny') };
  const runner = client.chat.completions.runTools({
    ...drawn,
    tools: [{ type: 'function', function: runnable }],
    tool_choice: { type: 'function', function: { name: weather.name } },
  });
  await runner.done();
  assert.equal(calls.length, 1);
  assert.ok(calls[0].days >= 1 && calls[0].days <= 7);
  assert.equal(await runner.finalFunctionToolCallResult(), 'sunny');
});

test('models and text completions', async () => {
  const ids = [];
  for await (const entry of client.models.list()) ids.push(entry.id);
  assert.deepEqual(ids, [model]);
  assert.equal((await client.models.retrieve(model)).id, model);
  const ask = { model, prompt: 'Question: 3+4=? Solution:', max_tokens: 8, temperature: 0 };
  const whole = await client.completions.create(ask);
  let text = '';
  for await (const chunk of await client.completions.create({ ...ask, stream: true })) text += chunk.choices[0]?.text ?? '';
  assert.equal(text, whole.choices[0].text);
});

test('responses, whole, streamed, in a form, and with a call', async () => {
  const ask = { model, input: question, temperature: 0 };
  const whole = await client.responses.create(ask);
  assert.equal(whole.output_text.trim(), answer);
  assert.deepEqual(whole.output.map((item) => item.type), ['reasoning', 'message']);
  const stream = client.responses.stream(ask);
  const types = [];
  for await (const event of stream) types.push(event.type);
  const final = await stream.finalResponse();
  assert.equal(final.output_text, whole.output_text);
  assert.equal(final.output[0].content[0].text, whole.output[0].content[0].text);
  assert.equal(types[0], 'response.created');
  assert.equal(types.at(-1), 'response.completed');
  const format = { type: 'json_schema', name: 'answer', strict: true, schema: weather.parameters };
  const parsed = await client.responses.parse({ ...ask, temperature: 1, max_output_tokens: 300, text: { format } });
  assert.deepEqual(Object.keys(JSON.parse(parsed.output_text)), ['city', 'days']);
  const called = await client.responses.create({
    ...ask, temperature: 1, max_output_tokens: 300, tool_choice: 'required', parallel_tool_calls: false,
    tools: [{ type: 'function', strict: true, ...weather }],
  });
  const call = called.output.find((item) => item.type === 'function_call');
  assert.equal(call.name, weather.name);
  assert.ok(call.call_id);
});

test('mistakes are errors of the right class', async () => {
  await assert.rejects(client.chat.completions.create({ ...greedy, temperature: 9 }), (error) => {
    assert.ok(error instanceof OpenAI.BadRequestError);
    assert.deepEqual([error.status, error.param, error.type], [400, 'temperature', 'invalid_request_error']);
    return true;
  });
  await assert.rejects(client.models.retrieve('nobody'), OpenAI.NotFoundError);
});
