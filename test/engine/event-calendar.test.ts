import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HOUR, SECOND } from "../../src/engine/duration.js";
import { type Dated, EventCalendar } from "../../src/engine/event-calendar.js";

class Entry implements Dated {
  next: Entry | null = null;
  constructor(
    readonly time: number,
    readonly phase: number,
    readonly sequence: number,
  ) {}
}

/** The reference: everything in one sorted array. */
class SortedCalendar {
  private readonly entries: Entry[] = [];
  get size(): number {
    return this.entries.length;
  }
  add(entry: Entry): void {
    this.entries.push(entry);
    this.entries.sort((x, y) => x.time - y.time || x.phase - y.phase || x.sequence - y.sequence);
  }
  first(): Entry | undefined {
    return this.entries[0];
  }
  removeFirst(): void {
    this.entries.shift();
  }
}

/** Spans around the widths of the wheels (a tick of 64 µs, a turn of 4,096 ticks, 256 turns), and far beyond. */
const TURN = 64 * 4096;
const delays = fc.oneof(
  fc.constantFrom(0, 1, 63, 64, 65, TURN - 1, TURN, TURN + 1, 255 * TURN, 256 * TURN - 1, 256 * TURN, 257 * TURN),
  fc.integer({ min: 0, max: 200 }),
  fc.integer({ min: 0, max: 2 * TURN }),
  fc.integer({ min: 0, max: 2 * 256 * TURN }),
  fc.integer({ min: 0, max: 10 * 365 * 24 * HOUR }),
);

/** One thing that happens to a calendar; `delay` counts from the clock. */
type Step =
  | { readonly kind: "add"; readonly delay: number; readonly phase: number; readonly copies: number }
  | { readonly kind: "look" }
  | { readonly kind: "take"; readonly count: number }
  | { readonly kind: "skip"; readonly share: number };

const phases = fc.integer({ min: 0, max: 6 });
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant("add" as const), delay: delays, phase: phases, copies: fc.constant(1) }),
    fc.record({
      kind: fc.constant("add" as const),
      delay: delays,
      phase: phases,
      copies: fc.integer({ min: 2, max: 40 }),
    }),
    fc.constant({ kind: "look" as const }),
    fc.record({ kind: fc.constant("take" as const), count: fc.integer({ min: 1, max: 30 }) }),
    fc.record({ kind: fc.constant("skip" as const), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
  ),
  { maxLength: 80 },
);

/** A calendar and its reference side by side, under a clock that starts at `now`. */
class Pair {
  private readonly calendar: EventCalendar<Entry>;
  private readonly reference = new SortedCalendar();
  private sequence = 0;

  constructor(private now: number) {
    this.calendar = new EventCalendar(now);
  }

  step(step: Step): void {
    if (step.kind === "add") {
      for (let i = 0; i < step.copies; i++) this.add(this.now + step.delay, (step.phase + i) % 7);
    } else if (step.kind === "take") {
      for (let i = 0; i < step.count; i++) this.take();
    } else if (step.kind === "skip") {
      this.passTime(step.share);
    }
    expect(this.calendar.size).toBe(this.reference.size);
    if (step.kind !== "add") expect(this.calendar.first()).toBe(this.reference.first());
  }

  drain(): void {
    while (this.reference.size > 0) this.take();
    expect(this.calendar.first()).toBeUndefined();
    expect(this.calendar.size).toBe(0);
  }

  private add(time: number, phase: number): void {
    const entry = new Entry(time, phase, this.sequence++);
    this.calendar.add(entry);
    this.reference.add(entry);
  }

  private take(): void {
    const entry = this.reference.first();
    expect(this.calendar.first()).toBe(entry);
    this.calendar.removeFirst();
    this.reference.removeFirst();
    this.now = entry?.time ?? this.now;
  }

  /** The clock moves over a part of the empty stretch before the next entry, or over an hour when there is none. */
  private passTime(share: number): void {
    const until = this.reference.first()?.time ?? this.now + HOUR;
    this.now += Math.floor((until - this.now) * share);
    this.calendar.turnBackTo(this.now);
  }
}

test("is as a sorted list, whatever the spans, bursts, looks ahead and jumps of the clock", () => {
  const starts = fc.constantFrom(-HOUR, -SECOND, -1, 0, 12_345_678);
  fc.assert(
    fc.property(starts, steps, (start, steps) => {
      const pair = new Pair(start);
      for (const step of steps) pair.step(step);
      pair.drain();
    }),
    { seed: 9, numRuns: 1_000 },
  );
});

describe("an entry", () => {
  function calendarOf(start: number, ...times: number[]): EventCalendar<Entry> {
    const calendar = new EventCalendar<Entry>(start);
    for (const [sequence, time] of times.entries()) calendar.add(new Entry(time, 0, sequence));
    return calendar;
  }

  function drain(calendar: EventCalendar<Entry>): number[] {
    const times: number[] = [];
    for (let entry = calendar.first(); entry !== undefined; entry = calendar.first()) {
      times.push(entry.time);
      calendar.removeFirst();
    }
    return times;
  }

  test("before the start comes first", () => {
    expect(drain(calendarOf(0, 5, -HOUR, -3, 0))).toEqual([-HOUR, -3, 0, 5]);
  });

  test("that is added before one that was looked at comes before it", () => {
    const calendar = calendarOf(0, HOUR);
    expect(calendar.first()?.time).toBe(HOUR);
    calendar.add(new Entry(7, 0, 1));
    expect(drain(calendar)).toEqual([7, HOUR]);
  });

  test("that waited in the far heap meets one of the same instant from the wheel in the order of their planning", () => {
    const calendar = calendarOf(0, 300 * TURN, 100 * TURN);
    expect(calendar.first()?.sequence).toBe(1);
    calendar.removeFirst();
    const late = new Entry(300 * TURN, 0, 2);
    calendar.add(late);
    expect(calendar.first()?.sequence).toBe(0);
    calendar.removeFirst();
    expect(calendar.first()).toBe(late);
  });

  test("can lie on the other side of time zero, within the same tick", () => {
    expect(drain(calendarOf(-HOUR, 1, -1, 0, 63, -64, -65))).toEqual([-65, -64, -1, 0, 1, 63]);
  });
});

test("removing from an empty calendar does nothing", () => {
  const calendar = new EventCalendar<Entry>(0);
  calendar.removeFirst();
  expect(calendar.size).toBe(0);
  calendar.add(new Entry(1, 0, 0));
  expect(calendar.size).toBe(1);
});
