// Vercel's AI SDK with its provider for compatible endpoints: https://ai-sdk.dev
import assert from 'node:assert/strict';
import test from 'node:test';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateObject, generateText, streamText, tool } from 'ai';
import { z } from 'zod';
import { answer, baseURL, model, question } from './setup.mjs';

const provider = createOpenAICompatible({ name: 'r1', baseURL, includeUsage: true, supportsStructuredOutputs: true });
const greedy = { model: provider(model), prompt: question, temperature: 0, maxRetries: 0 };
const drawn = { ...greedy, temperature: 1, seed: 4, maxOutputTokens: 300 };

test('generateText: text and reasoning apart', async () => {
  const result = await generateText(greedy);
  assert.equal(result.text.trim(), answer);
  assert.match(result.reasoningText, /17/);
  assert.equal(result.finishReason, 'stop');
  assert.ok(result.usage.reasoningTokens > 5);
});

test('streamText: reasoning parts before text parts', async () => {
  const parts = [];
  let text = '', reasoning = '';
  for await (const part of streamText(greedy).fullStream) {
    if (parts.at(-1) !== part.type) parts.push(part.type);
    if (part.type === 'text-delta') text += part.text;
    if (part.type === 'reasoning-delta') reasoning += part.text;
    assert.notEqual(part.type, 'error');
  }
  assert.equal(text.trim(), answer);
  assert.match(reasoning, /17/);
  assert.ok(parts.indexOf('reasoning-delta') < parts.indexOf('text-delta'));
});

test('generateObject: an object of the schema', async () => {
  const schema = z.object({ result: z.number().int(), sure: z.boolean() });
  const { object } = await generateObject({ ...drawn, schema });
  assert.deepEqual(schema.parse(object), object);
});

test('tools: a forced call runs', async () => {
  const calls = [];
  const get_weather = tool({
    description: 'Weather in a city',
    inputSchema: z.object({ city: z.enum(['Oslo', 'Rome']), days: z.number().int().min(1).max(7) }),
    execute: async (input) => (calls.push(input), 'sunny'),
  });
  const ask = { ...drawn, tools: { get_weather }, toolChoice: { type: 'tool', toolName: 'get_weather' } };
  const result = await generateText(ask);
  assert.equal(result.finishReason, 'tool-calls');
  assert.equal(result.toolResults[0].output, 'sunny');
  const streamed = streamText(ask);
  await streamed.consumeStream();
  assert.deepEqual((await streamed.toolCalls)[0].input, calls[0]);
});
