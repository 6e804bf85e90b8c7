// Asking the API: JSON in and out; a refusal becomes a Refusal that carries every problem.
import type { Finding } from "./contract";

export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly findings: Finding[],
  ) {
    super(message);
  }
}

interface Problem {
  title?: string;
  detail?: string;
  errors?: Finding[];
}

export async function ask<Answer>(address: string, options: RequestInit = {}): Promise<Answer> {
  const answer = await fetch(address, {
    ...options,
    headers: { Accept: "application/json", ...(options.headers as Record<string, string> | undefined) },
  });
  if (answer.status === 204) return undefined as Answer;
  const text = await answer.text();
  if (!answer.ok) throw refusal(answer, text);
  return JSON.parse(text) as Answer;
}

export const post = <Answer>(address: string, value: unknown, options: RequestInit = {}): Promise<Answer> =>
  ask<Answer>(address, {
    ...options,
    method: "POST",
    body: JSON.stringify(value),
    headers: { "Content-Type": "application/json" },
  });

function refusal(answer: Response, text: string): Refusal {
  try {
    const problem = JSON.parse(text) as Problem;
    return new Refusal(answer.status, problem.detail ?? problem.title ?? answer.statusText, problem.errors ?? []);
  } catch {
    return new Refusal(answer.status, `${answer.status} ${answer.statusText}`, []);
  }
}
