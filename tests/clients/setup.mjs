// What the suites share: where the server is, and what is asked. The model that ships is small; what it is bound to (forced calls,
// schemas) does not depend on what it has learned, and what it says is checked against plain HTTP.
export const baseURL = process.env.R1_URL; // http://127.0.0.1:PORT/v1
export const model = 'r1-micro';
export const question =
  'Zoe has 17 cakes. She buys 5 more cakes. Zoe gives Tom 8 cakes. How many cakes does Zoe have now?';
export const answer = '14';
export const messages = [{ role: 'user', content: question }];

// A function that such a model can be made to call: short names, arguments that end.
export const weather = {
  name: 'get_weather',
  description: 'Weather in a city',
  parameters: {
    type: 'object',
    properties: { city: { type: 'string', enum: ['Oslo', 'Rome'] }, days: { type: 'integer', minimum: 1, maximum: 7 } },
    required: ['city', 'days'],
    additionalProperties: false,
  },
};
