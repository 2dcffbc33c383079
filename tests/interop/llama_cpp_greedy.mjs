// Greedy tokens by llama.cpp: node llama_cpp_greedy.mjs NODE_LLAMA_CPP_FOLDER MODEL.gguf COUNT ID,ID,... -> a JSON list.
// NODE_LLAMA_CPP_FOLDER holds package.json and node_modules after `npm install node-llama-cpp`.
import {createRequire} from "module";

const [folder, modelPath, count, prompt] = process.argv.slice(2);
const require = createRequire(folder + "/package.json");
const {getLlama, LlamaLogLevel} = await import(require.resolve("node-llama-cpp"));
const llama = await getLlama({build: "never", gpu: false, logLevel: LlamaLogLevel.error});
const model = await llama.loadModel({modelPath});
const context = await model.createContext({contextSize: 256, threads: 1});
const tokens = [];
for await (const token of context.getSequence().evaluate(prompt.split(",").map(Number), {temperature: 0})) {
    tokens.push(token);
    if (tokens.length >= Number(count)) break;
}
console.log(JSON.stringify(tokens));
process.exit(0);
