// The page stays readable while the server is down: public/sw.js keeps the files that it was made of.
export function offerOffline() {
  if (!("serviceWorker" in navigator) || !isSecureContext || import.meta.env.DEV) return;
  addEventListener("load", () => {
    // Trusted Types (the page's Content-Security-Policy) ask for a policy for the address of a script; ours knows one address.
    const policy = globalThis.trustedTypes?.createPolicy("r1", { createScriptURL: () => new URL("sw.js", document.baseURI).href });
    const url = policy ? (policy.createScriptURL("") as unknown as string) : "sw.js";
    navigator.serviceWorker.register(url).catch(() => {}); // without it the page works while the server does
  });
}

interface Policy {
  createScriptURL(input: string): unknown;
}
declare global {
  var trustedTypes: { createPolicy(name: string, rules: { createScriptURL: (input: string) => string }): Policy } | undefined;
}
