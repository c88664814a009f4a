import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Context } from "../../src/engine/context.js";
import { Phase } from "../../src/engine/event-queue.js";
import { NO_FACT } from "../../src/engine/facts.js";
import { EventLimitError, Simulation, type SimulationOptions } from "../../src/engine/simulation.js";

interface World {
  readonly simulation: Simulation;
  readonly context: Context;
  /** What happened: [time, name]. */
  readonly story: [number, unknown][];
  readonly tell: (name: unknown) => void;
}

function world(options: Partial<SimulationOptions> = {}): World {
  const simulation = new Simulation({ seed: "42", ...options });
  const story: [number, unknown][] = [];
  const tell = (name: unknown): void => void story.push([simulation.now, name]);
  return { simulation, context: new Context(simulation, "test"), story, tell };
}

describe("clock", () => {
  test("jumps from event to event and stays at the last", () => {
    const { simulation, context, story, tell } = world({ startAt: -100 });
    context.after(100, Phase.write, tell, "b");
    context.at(-50, Phase.write, tell, "a");
    expect(simulation.advance(10)).toBe(false);
    expect(story).toEqual([
      [-50, "a"],
      [0, "b"],
    ]);
    expect(simulation.now).toBe(0);
    expect(simulation.dispatched).toBe(2);
  });

  test.each([-1, Number.NaN])("refuses an event at %d, which is not now or later", (time) => {
    const { context, tell } = world();
    expect(() => context.at(time, Phase.write, tell, "late")).toThrow(RangeError);
  });

  test("an event for the running instant, of an earlier phase, happens next", () => {
    const { simulation, context, story, tell } = world();
    context.after(5, Phase.write, () => context.after(0, Phase.delivery, tell, "delivery"), null);
    context.after(5, Phase.write, tell, "write");
    simulation.advance(10);
    expect(story).toEqual([
      [5, "delivery"],
      [5, "write"],
    ]);
  });

  test("skipTo moves over empty time only", () => {
    const { simulation, context, tell } = world({ startAt: -10 });
    context.at(5, Phase.write, tell, "a");
    simulation.skipTo(5);
    expect(simulation.now).toBe(5);
    expect(() => simulation.skipTo(6)).toThrow(RangeError);
    expect(() => simulation.skipTo(4)).toThrow(RangeError);
  });

  test("cancelled and dead events are no obstacle: nextTime and skipTo do not see them", () => {
    const { simulation, context, tell } = world();
    const child = context.child("child");
    context.cancel(context.at(5, Phase.write, tell, "cancelled"));
    child.at(6, Phase.write, tell, "dead");
    child.crash();
    expect(simulation.nextTime()).toBe(Number.POSITIVE_INFINITY);
    simulation.skipTo(100);
    expect(simulation.advance(10)).toBe(false);
    expect(simulation.dispatched).toBe(0);
  });
});

describe("advance", () => {
  test("leaves events at `until` for later", () => {
    const { simulation, context, story, tell } = world();
    for (const time of [1, 2, 3]) context.at(time, Phase.write, tell, time);
    expect(simulation.advance(10, 2)).toBe(false);
    expect(story).toEqual([[1, 1]]);
    expect(simulation.nextTime()).toBe(2);
  });

  test("says whether events before `until` remain", () => {
    const { simulation, context, tell } = world();
    for (const time of [1, 2, 3]) context.at(time, Phase.write, tell, time);
    expect(simulation.advance(1, 3)).toBe(true);
    expect(simulation.advance(1, 3)).toBe(false);
    expect(simulation.advance(1)).toBe(false);
  });

  test("in chunks gives the same story as in one go", () => {
    /** Every event plans the next one of its delays, on alternating phases; some are cancelled. */
    const run = (delays: readonly number[], chunk: number, step: number): [number, unknown][] => {
      const { simulation, context, story, tell } = world();
      let next = 0;
      const plan = (name: number): void => {
        tell(name);
        for (let i = 0; i < 2 && next < delays.length; i++) {
          const index = next++;
          const timer = context.after(delays[index]!, index % 7 === 3 ? Phase.crash : Phase.traffic, plan, index);
          if (index % 5 === 4) context.cancel(timer);
        }
      };
      context.after(0, Phase.write, plan, -1);
      for (let until = step; simulation.nextTime() < Number.POSITIVE_INFINITY; until += step) {
        while (simulation.advance(chunk, until));
      }
      return story;
    };
    const delays = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 100 });
    const chunks = fc.record({ chunk: fc.integer({ min: 1, max: 7 }), step: fc.integer({ min: 1, max: 12 }) });
    fc.assert(
      fc.property(delays, chunks, (delays, { chunk, step }) => {
        expect(run(delays, chunk, step)).toEqual(run(delays, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY));
      }),
      { seed: 4, numRuns: 300 },
    );
  });

  test("hits the limit of events: the error says the limit and when", () => {
    const { simulation, context } = world({ maxEvents: 3 });
    const loop = (): void => void context.after(500_000, Phase.write, loop, null);
    loop();
    const error = (() => {
      try {
        return simulation.advance(10);
      } catch (error) {
        return error;
      }
    })();
    expect(error).toBeInstanceOf(EventLimitError);
    expect(error).toMatchObject({
      limit: 3,
      at: 2_000_000,
      message: expect.stringContaining("3 events at simulated time 2 s"),
    });
    expect(simulation.dispatched).toBe(3);
  });
});

describe("cause", () => {
  test("is handed along with every event, and not to its siblings", () => {
    const { simulation, context } = world();
    const { facts } = simulation;
    const child = (name: string): void => void context.record(2, name);
    const root = (name: string): void => {
      context.because(context.record(1, name));
      context.after(10, Phase.write, child, `${name}, later`);
    };
    context.after(1, Phase.write, root, "first");
    context.after(2, Phase.write, root, "second");
    simulation.advance(10);
    const parents = Array.from({ length: facts.length }, (_, id) => [facts.subjectOf(id), facts.parentOf(id)]);
    expect(parents).toEqual([
      ["first", NO_FACT],
      ["second", NO_FACT],
      ["first, later", 0],
      ["second, later", 1],
    ]);
  });

  test("does not leak: what is planned between two calls of advance is a root", () => {
    const { simulation, context } = world();
    context.after(1, Phase.write, () => context.because(context.record(1, "inside")), null);
    simulation.advance(10);
    expect(simulation.cause).toBe(NO_FACT);
    context.after(1, Phase.write, () => context.record(1, "from outside"), null);
    simulation.advance(10);
    expect(simulation.facts.parentOf(1)).toBe(NO_FACT);
  });
});
