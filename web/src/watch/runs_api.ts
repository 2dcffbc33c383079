// /v1/runs as the server speaks it (docs/watch.md).
import { getJson, postJson } from "../shared/api";

export type RunState =
  | "waiting" | "running" | "pausing" | "paused" | "stopping" | "stopped" | "killed" | "failed" | "done" | "unreadable";

export interface Stage {
  name: string;
  kind: "pretrain" | "grpo";
  first: number; // steps of the run before it
  steps: number;
  done: number;
}

export interface RunSummary {
  name: string;
  title: string;
  description: string;
  state: RunState;
  message: string;
  step: number;
  total_steps: number;
  generation: number;
  bad_lines: number;
  writable: boolean;
  rollouts: boolean; // some step's are stored
  weights: boolean; // a checkpoint or a finished stage is there
  stages: Stage[];
}

export interface RunList {
  read_only: boolean;
  chat: boolean;
  runs: RunSummary[];
}

// Values of a metric; low and high only where a point stands for several steps.
export interface Points {
  steps: number[];
  mean: number[];
  low?: number[];
  high?: number[];
  width?: number; // steps a point stands for
}

export type EvaluationRow = Record<string, number>;
export interface Evaluation {
  step: number;
  stage: string;
  eval: string; // "policy", or "solution": the base asked for a worked solution
  [task: string]: EvaluationRow | string | number;
}

export interface Metrics {
  generation: number;
  step: number;
  series: Record<string, Points>;
  evaluations: Evaluation[];
}

export interface NewPoints {
  step: number;
  answers: number;
  series: Record<string, Points>;
  evaluations: Evaluation[];
}

export type RunEvent = { type: "summary"; run: RunSummary } | { type: "points"; points: NewPoints } | { type: "reset" };

export interface Token {
  text: string;
  logprob?: number;
  entropy?: number;
}

export interface Question {
  id: string;
  task: string;
  question: string;
  answer: string;
}

// [step, question, correct, well formed, finished, tokens]
export type AnswerEntry = [number, number, number, number, number, number];

export interface Questions {
  questions: Question[];
  entries: AnswerEntry[];
}

export interface Answer {
  question: number;
  completion: string;
  correct: boolean;
  well_formed: boolean;
  finished: boolean;
  tokens?: Token[];
}

export interface Completion {
  text: string;
  cut?: boolean;
  tokens: number;
  finished: boolean;
  advantage: number | null;
  reward: number | null;
  parts: (number | null)[];
}

export interface Group {
  question: string;
  answer: string;
  prompt: string;
  completions: Completion[];
}

export interface Rollouts {
  step: number;
  first: number;
  last: number;
  previous?: number;
  next?: number;
  num_groups: number;
  reward_names: string[];
  groups: Group[];
}

export interface Asked {
  weights: string;
  step: number;
  completion: string;
  finished: boolean;
  tokens: Token[];
}

const run = (name: string, what = "") => `v1/runs/${encodeURIComponent(name)}${what && "/" + what}`;

export const getRuns = (signal?: AbortSignal) => getJson<RunList>("v1/runs", signal);
export const getMetrics = (name: string, from: number, to: number, buckets: number, signal?: AbortSignal) =>
  getJson<Metrics>(run(name, `metrics?from=${from}&to=${to}&buckets=${buckets}`), signal);
export const getQuestions = (name: string, signal?: AbortSignal) => getJson<Questions>(run(name, "questions"), signal);
export const getAnswers = (name: string, step: number, signal?: AbortSignal) =>
  getJson<{ step: number; answers: Answer[] }>(run(name, `answers?step=${step}`), signal);
export const getRollouts = (name: string, step: number, signal?: AbortSignal) =>
  getJson<Rollouts>(run(name, `rollouts?step=${step}`), signal);
export const getTokens = (name: string, step: number, group: number, completion: number, signal?: AbortSignal) =>
  getJson<{ tokens: Token[] }>(run(name, `tokens?step=${step}&group=${group}&completion=${completion}`), signal);
export const eventsPath = (name: string, seen: { generation: number; step: number; evaluations: number }) =>
  run(name, `events?generation=${seen.generation}&step=${seen.step}&evaluations=${seen.evaluations}`);
export const control = (name: string, action: "run" | "pause" | "stop") => postJson<RunSummary>(run(name, "control"), { action });
export const ask = (name: string, question: string, temperature: number, seed: number) =>
  postJson<Asked>(run(name, "ask"), { question, temperature, seed });
