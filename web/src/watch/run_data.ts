// What the page knows of one run, kept up to date for as long as somebody looks: curves from the server, then every new point as it
// comes. A broken connection, a restarted server and a resumed run all end in the same place: everything is asked for anew.
import { signal } from "@preact/signals";

import { api, ApiFailure } from "../shared/api";
import { readEvents } from "../shared/sse";
import { eventsPath, getMetrics, getQuestions, type Evaluation, type NewPoints, type Points, type Questions, type RunEvent, type RunSummary } from "./runs_api";
import { append, BUCKETS } from "./series";

export interface Curves {
  series: Record<string, Points>;
  evaluations: Evaluation[];
}

export class RunData {
  readonly summary = signal<RunSummary | null>(null);
  readonly curves = signal<Curves>({ series: {}, evaluations: [] });
  readonly questions = signal<Questions>({ questions: [], entries: [] });
  readonly trouble = signal(""); // why nothing new comes, for people
  readonly loaded = signal(false);

  private readonly aborted = new AbortController();
  private pending: NewPoints[] = [];
  private frame = 0;
  private numAnswers = -1;

  constructor(readonly name: string) {
    void this.follow();
  }

  close() {
    this.aborted.abort();
    cancelAnimationFrame(this.frame);
  }

  private async follow() {
    const { signal: stop } = this.aborted;
    for (let wait = 500; !stop.aborted; ) {
      try {
        await this.load();
        wait = 500;
        const { series: _, ...seen } = this.seen;
        const response = await api(eventsPath(this.name, seen), { signal: stop });
        for await (const event of readEvents(response)) {
          const news = JSON.parse(event.data) as RunEvent;
          this.trouble.value = "";
          if (news.type === "summary") this.summary.value = news.run;
          else if (news.type === "points") this.take(news.points);
          else break;
          if (this.isTooFine()) break;
        }
      } catch (error) {
        if (stop.aborted) return;
        const gone = error instanceof ApiFailure && error.status === 404;
        this.trouble.value = gone ? "This run is not there any more." : "The server does not answer. Trying again.";
        this.loaded.value = true;
      }
      await new Promise((resolve) => setTimeout(resolve, wait));
      wait = Math.min(8000, wait * 1.6);
    }
  }

  private seen = { generation: 1, step: 0, evaluations: 0, series: 0 };

  private async load() {
    const { signal: stop } = this.aborted;
    const [metrics, questions] = await Promise.all([getMetrics(this.name, 0, -1, BUCKETS, stop), getQuestions(this.name, stop)]);
    this.pending = [];
    this.seen = { generation: metrics.generation, step: metrics.step, evaluations: metrics.evaluations.length, series: 0 };
    this.curves.value = { series: metrics.series, evaluations: metrics.evaluations };
    this.questions.value = questions;
    this.numAnswers = questions.entries.length;
    this.trouble.value = "";
    this.loaded.value = true;
  }

  // Points are drawn once a frame, however many events come.
  private take(points: NewPoints) {
    this.pending.push(points);
    if (points.answers !== this.numAnswers) {
      this.numAnswers = points.answers;
      getQuestions(this.name, this.aborted.signal).then((questions) => (this.questions.value = questions), () => {});
    }
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.flush());
  }

  private flush() {
    const { series, evaluations } = this.curves.peek();
    const next = { ...series };
    const evaluated = [...evaluations];
    for (const points of this.pending.splice(0)) {
      for (const [name, more] of Object.entries(points.series)) next[name] = append(next[name], more);
      evaluated.push(...points.evaluations);
    }
    this.curves.value = { series: next, evaluations: evaluated };
  }

  private isTooFine() {
    return Object.values(this.curves.peek().series).some((points) => points.steps.length > 2 * BUCKETS);
  }
}
