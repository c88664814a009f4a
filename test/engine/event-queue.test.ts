import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EventQueue, NO_TIMER, type Owner, Phase, type Timer } from "../../src/engine/event-queue.js";

const OWNER: Owner = { incarnation: 0 };
const PHASES = Object.values(Phase);

function nothing(): void {}

function push(queue: EventQueue, time: number, phase: Phase, payload: unknown, owner = OWNER): Timer {
  return queue.push(time, phase, owner, -1, nothing, payload);
}

/** Takes the next event off the queue and returns its payload. */
function take(queue: EventQueue): unknown {
  const entry = queue.peek();
  const payload = entry?.payload;
  if (entry !== undefined) queue.pop(entry);
  return payload;
}

function drain(queue: EventQueue): unknown[] {
  const payloads: unknown[] = [];
  while (queue.peek() !== undefined) payloads.push(take(queue));
  return payloads;
}

describe("order", () => {
  const events = fc.array(
    fc.record({ time: fc.integer({ min: -5, max: 5 }), phase: fc.constantFrom(...PHASES), cancelled: fc.boolean() }),
    { maxLength: 200 },
  );

  test("is (time, phase, sequence), without the cancelled ones", () => {
    fc.assert(
      fc.property(events, (events) => {
        const queue = new EventQueue();
        const planned = events.map((event, sequence) => ({ ...event, sequence }));
        const timers = planned.map((event) => push(queue, event.time, event.phase, event));
        for (const { cancelled, sequence } of planned) if (cancelled) queue.cancel(timers[sequence]!);
        const expected = planned
          .filter(({ cancelled }) => !cancelled)
          .sort((x, y) => x.time - y.time || x.phase - y.phase || x.sequence - y.sequence);
        expect(drain(queue)).toEqual(expected);
        expect(queue.size).toBe(0);
        expect(queue.pendingControl).toBe(0);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  test("holds when events are planned between others, several or none after each", () => {
    const steps = fc.array(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 4 }), { maxLength: 100 });
    fc.assert(
      fc.property(steps, (steps) => {
        const queue = new EventQueue();
        const model: { time: number; sequence: number }[] = [];
        let sequence = 0;
        let now = 0;
        for (const delays of steps) {
          for (const delay of delays) {
            const event = { time: now + delay, sequence: sequence++ };
            model.push(event);
            push(queue, event.time, Phase.write, event);
          }
          model.sort((x, y) => x.time - y.time || x.sequence - y.sequence);
          expect(queue.size).toBe(model.length);
          const next = model.shift();
          expect(take(queue)).toEqual(next);
          now = next?.time ?? now;
        }
        expect(drain(queue)).toEqual(model);
      }),
      { seed: 2, numRuns: 500 },
    );
  });
});

describe("cancel", () => {
  test("of a planned event: it does not happen", () => {
    const queue = new EventQueue();
    const timer = push(queue, 1, Phase.write, "a");
    push(queue, 2, Phase.write, "b");
    queue.cancel(timer);
    expect(drain(queue)).toEqual(["b"]);
  });

  test("twice, or of no timer, or of a timer that never was, does nothing", () => {
    const queue = new EventQueue();
    const timer = push(queue, 1, Phase.write, "a");
    push(queue, 2, Phase.write, "b");
    for (const each of [timer, timer, NO_TIMER, 12_345]) queue.cancel(each);
    expect(queue.pendingControl).toBe(1);
    expect(drain(queue)).toEqual(["b"]);
  });

  test("with the timer of an event that has happened does nothing to the event that reuses its slot", () => {
    const queue = new EventQueue();
    const stale = push(queue, 1, Phase.write, "first");
    take(queue);
    const fresh = push(queue, 2, Phase.write, "second");
    expect(fresh).not.toBe(stale);
    queue.cancel(stale);
    expect(queue.pendingControl).toBe(1);
    expect(drain(queue)).toEqual(["second"]);
  });

  test("with the timer of a cancelled event does nothing to the event that reuses its slot", () => {
    const queue = new EventQueue();
    const stale = push(queue, 1, Phase.write, "first");
    queue.cancel(stale);
    expect(queue.peek()).toBeUndefined();
    push(queue, 2, Phase.write, "second");
    queue.cancel(stale);
    expect(drain(queue)).toEqual(["second"]);
  });
});

describe("pendingControl", () => {
  test("counts planned events below the phase traffic", () => {
    const queue = new EventQueue();
    const timers = PHASES.map((phase) => push(queue, phase, phase, phase));
    expect(queue.pendingControl).toBe(5);
    queue.cancel(timers[Phase.crash]!);
    queue.cancel(timers[Phase.traffic]!);
    expect(queue.pendingControl).toBe(4);
    take(queue);
    expect(queue.pendingControl).toBe(3);
    expect(drain(queue)).toEqual([Phase.syncEnd, Phase.syncStart, Phase.write, Phase.measurement]);
    expect(queue.pendingControl).toBe(0);
  });
});

describe("owners", () => {
  test("an event whose owner's incarnation has ended is dropped, and no longer counts", () => {
    const queue = new EventQueue();
    const owner = { incarnation: 0 };
    push(queue, 1, Phase.write, "dead", owner);
    owner.incarnation++;
    push(queue, 2, Phase.write, "alive", owner);
    expect(drain(queue)).toEqual(["alive"]);
    expect(queue.pendingControl).toBe(0);
  });
});
