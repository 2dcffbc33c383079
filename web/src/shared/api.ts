// Requests to the server that this page came from. Whatever goes wrong becomes an ApiFailure with a text for people.
import { apiKey, askForKey } from "./api_key";

export class ApiFailure extends Error {
  constructor(
    readonly status: number, // 0: no answer at all
    readonly code: string, // the server's, or "offline"
    message: string,
    readonly retryAfterS: number | null = null,
  ) {
    super(message);
  }
}

export const textOfError = (error: unknown) => (error instanceof Error ? error.message : String(error));

// Addresses are relative to the page, so that a prefix before it stands before the API too.
export function apiUrl(path: string): string {
  return new URL(path.replace(/^\//, ""), document.baseURI.replace(/#.*/, "")).href;
}

export interface ApiRequest {
  method?: string;
  body?: unknown; // sent as JSON
  headers?: Record<string, string>;
  signal?: AbortSignal;
  keepalive?: boolean; // arrives although the page is left
}

// The response if its status is 2xx. A missing or wrong key is asked for, once, and the request is sent again.
export async function api(path: string, request: ApiRequest = {}): Promise<Response> {
  for (;;) {
    const sentKey = apiKey.peek();
    const response = await send(path, request, sentKey);
    if (response.ok) return response;
    const failure = await failureOf(response);
    if (response.status !== 401 || !(await askForKey(sentKey))) throw failure;
  }
}

async function send(path: string, request: ApiRequest, key: string): Promise<Response> {
  const headers: Record<string, string> = { ...request.headers };
  if (key) headers["authorization"] = `Bearer ${key}`;
  if (request.body !== undefined) headers["content-type"] = "application/json";
  try {
    return await fetch(apiUrl(path), {
      method: request.method ?? (request.body === undefined ? "GET" : "POST"),
      headers,
      body: request.body === undefined ? undefined : JSON.stringify(request.body),
      signal: request.signal,
      keepalive: request.keepalive,
      cache: "no-store",
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiFailure(0, "offline", "The server does not answer.");
  }
}

async function failureOf(response: Response): Promise<ApiFailure> {
  const retry = Number.parseFloat(response.headers.get("retry-after") ?? "");
  let message = `The server answered ${response.status}.`;
  let code = "";
  try {
    const error = (await response.json()).error;
    if (typeof error?.message === "string") message = error.message;
    if (typeof error?.code === "string") code = error.code;
  } catch {
    // no JSON: something between here and the server answered
  }
  return new ApiFailure(response.status, code, message, Number.isFinite(retry) ? retry : null);
}

export async function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  return (await api(path, { signal })).json() as Promise<T>;
}

export async function postJson<T>(path: string, body: unknown, signal?: AbortSignal): Promise<T> {
  return (await api(path, { body, signal })).json() as Promise<T>;
}
