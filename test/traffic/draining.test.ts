/** The end of a program whose server half does not know when its work will be done. */
import { expect, test } from "vitest";
import type { Micros } from "../../src/engine/duration.js";
import { SECOND } from "../../src/engine/duration.js";
import { HttpServer } from "../../src/traffic/http-server.js";
import { type AcceptedAttempt, PENDING } from "../../src/traffic/server.js";
import { Pool } from "./connections/pool.js";
import { SAME_ZONE, type ServerOptions, TrafficHarness } from "./harness.js";

/** Answers its oldest request when the test says so. */
class Deferring extends HttpServer {
  private readonly unanswered: AcceptedAttempt[] = [];
  private drained: (() => void) | null = null;

  protected serve(attempt: AcceptedAttempt): Micros {
    this.unanswered.push(attempt);
    return PENDING;
  }

  override get queued(): number {
    return this.unanswered.length;
  }

  override release(attempt: AcceptedAttempt): void {
    super.release(attempt);
    const index = this.unanswered.indexOf(attempt);
    if (index >= 0) this.unanswered.splice(index, 1);
    this.settle();
  }

  answerOldest(now: Micros): void {
    this.unanswered.shift()?.answered(200, now);
    this.settle();
  }

  drainedAt(now: Micros, drained: () => void): Micros {
    if (this.unanswered.length === 0) return now;
    this.drained = drained;
    return PENDING;
  }

  private settle(): void {
    if (this.unanswered.length > 0) return;
    this.drained?.();
    this.drained = null;
  }
}

/** Requests arrive at 0.5 s and 1.5 s; SIGTERM comes at 2 s. */
const SIGTERM = 2 * SECOND;

function drained(options: ServerOptions = {}) {
  const harness = new TrafficHarness();
  const program = harness.program("web", "10.244.1.5", new Deferring("default/web"), options);
  harness.send({ client: { requestTimeout: 20 * SECOND } });
  harness.at(SIGTERM, () => program.terminate());
  const answerAt = (time: Micros): void => harness.at(time, () => program.server.answerOldest(time));
  const exits = (): readonly string[] => harness.story.filter((line) => line.includes("exited"));
  return { harness, program, answerAt, exits };
}

test("a program ends with the last answer, whenever that is", () => {
  const { harness, answerAt, exits } = drained();
  answerAt(5 * SECOND);
  answerAt(7 * SECOND);
  harness.run(9 * SECOND);
  expect(exits()).toEqual([`${7 * SECOND} exited default/web`]);
  for (const [id, time] of [5, 7].entries()) {
    const request = harness.ended.find((each) => each.id === id);
    expect(request).toMatchObject({ outcome: "ok", latency: time * SECOND + SAME_ZONE - (id + 0.5) * SECOND });
  }
  expect(harness.ended.find(({ id }) => id === 2)).toMatchObject({ outcome: "refused" });
});

test("a program that stops accepting closes the connections over which it has answered", () => {
  const harness = new TrafficHarness();
  const program = harness.program("web", "10.244.1.5", new Deferring("default/web"));
  const connectionPolicy = new Pool();
  harness.send({ connectionPolicy });
  harness.at(SECOND, () => program.server.answerOldest(SECOND));
  harness.at(SIGTERM - 1, () => expect([...connectionPolicy.open]).toMatchObject([{ closed: null }]));
  harness.at(SIGTERM, () => program.terminate());
  harness.run(SIGTERM + 1);
  expect([...connectionPolicy.open]).toMatchObject([{ closed: { heardAt: SIGTERM + SAME_ZONE } }]);
  expect(program.server).toMatchObject({ accepted: 2, reused: 1, inFlight: 1, queued: 1 });
});

test("a program without work ends at once", () => {
  const { harness, answerAt, exits } = drained();
  answerAt(SIGTERM - 2);
  answerAt(SIGTERM - 1);
  harness.run(3 * SECOND);
  expect(exits()).toEqual([`${SIGTERM} exited default/web`]);
});

test("a program that is killed before waits for nothing", () => {
  const { harness, program, answerAt, exits } = drained();
  answerAt(5 * SECOND);
  harness.at(6 * SECOND, () => program.kill());
  harness.run(30 * SECOND);
  expect(exits()).toEqual([`${6 * SECOND} exited default/web`]);
  expect(harness.ended.find(({ id }) => id === 1)).toMatchObject({
    outcome: "reset",
    cause: "grace-period-exceeded",
    latency: 6 * SECOND + SAME_ZONE - 1.5 * SECOND,
  });
});

test("clients that give up let it go", () => {
  const { harness, program, exits } = drained();
  harness.run(30 * SECOND);
  expect(program.server.inFlight).toBe(0);
  expect(exits()).toEqual([`${21.5 * SECOND} exited default/web`]);
});
