import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HOUR, SECOND } from "../../src/engine/duration.js";
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

/** A queue and what a list that is searched for the first event says, through the life of some owners. */
class World {
  private readonly queue = new EventQueue(-HOUR);
  private readonly owners = [0, 1, 2].map(() => ({ incarnation: 0 }));
  private planned: { time: number; phase: Phase; owner: Owner; incarnation: number; timer: Timer }[] = [];
  private readonly timers: Timer[] = [NO_TIMER];
  private now = -HOUR;

  plan(delay: number, phase: Phase, which: number): void {
    const owner = this.owners[which]!;
    const event = { time: this.now + delay, phase, owner, incarnation: owner.incarnation, timer: NO_TIMER };
    event.timer = push(this.queue, event.time, phase, event, owner);
    this.planned.push(event);
    this.timers.push(event.timer);
  }

  cancel(share: number): void {
    const timer = this.timers[Math.floor(share * this.timers.length)]!;
    this.queue.cancel(timer);
    this.planned = this.planned.filter((event) => event.timer !== timer);
  }

  crash(which: number): void {
    this.owners[which]!.incarnation++;
  }

  passTime(share: number): void {
    const next = this.first()?.time ?? this.now + HOUR;
    expect(this.queue.peek()?.time).toBe(this.first()?.time);
    this.now += Math.floor((next - this.now) * share);
    this.queue.skipTo(this.now);
  }

  take(): boolean {
    const first = this.first();
    expect(take(this.queue)).toBe(first);
    this.planned = this.planned.filter((event) => event !== first);
    this.now = first?.time ?? this.now;
    return first !== undefined;
  }

  end(): void {
    while (this.take());
    expect(this.queue.size).toBe(0);
    expect(this.queue.pendingControl).toBe(0);
  }

  private first(): (typeof this.planned)[number] | undefined {
    const alive = this.planned.filter(({ owner, incarnation }) => owner.incarnation === incarnation);
    return alive.sort((x, y) => x.time - y.time || x.phase - y.phase)[0];
  }
}

test("plans, cancels, crashes and jumps of the clock in any sequence: as an ordered list", () => {
  const which = fc.nat(2);
  const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  const delay = fc.oneof(fc.nat(100), fc.nat(SECOND), fc.nat(2 * HOUR));
  const plan = fc.tuple(delay, fc.constantFrom(...PHASES), which).map((plan) => (world: World) => world.plan(...plan));
  const step = fc.oneof(
    { weight: 4, arbitrary: plan },
    share.map((share) => (world: World) => world.cancel(share)),
    which.map((owner) => (world: World) => world.crash(owner)),
    share.map((share) => (world: World) => world.passTime(share)),
    fc.constant((world: World) => world.take()),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const world = new World();
      for (const step of steps) step(world);
      world.end();
    }),
    { seed: 3, numRuns: 1_000 },
  );
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
