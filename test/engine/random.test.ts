import { describe, expect, test } from "vitest";
import { bits, type Key, Random, uniform } from "../../src/engine/random.js";

const DRAWS = 100_000;

/** 99.99 % quantile of chi-square with 255 degrees of freedom. */
const CHI_SQUARE_LIMIT = 347.7;

function chiSquare(values: readonly number[], cells = 256): number {
  const counts = new Array<number>(cells).fill(0);
  for (const value of values) counts[Math.floor(value * cells)]!++;
  const expected = values.length / cells;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

function correlation(xs: readonly number[], ys: readonly number[]): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [mx, my] = [mean(xs), mean(ys)];
  const covariance = mean(xs.map((x, i) => (x - mx) * (ys[i]! - my)));
  return covariance / Math.sqrt(mean(xs.map((x) => (x - mx) ** 2)) * mean(ys.map((y) => (y - my) ** 2)));
}

function draws(key: Key, count = DRAWS): number[] {
  return Array.from({ length: count }, (_, index) => uniform(key, index));
}

const ENTITIES = Array.from({ length: 200 }, (_, i) => `Node/node-${i}`);

describe("keys", () => {
  test("do not depend on the order in which they are made", () => {
    const forward = new Random("42");
    const backward = new Random("42");
    const keys = ENTITIES.map((entity) => forward.key(entity, "lag"));
    const reversed = ENTITIES.toReversed().map((entity) => backward.key(entity, "lag"));
    expect(reversed.toReversed()).toEqual(keys);
  });

  test("are not moved by streams or draws in between", () => {
    const quiet = new Random("42");
    const busy = new Random("42");
    busy.stream("arrivals")();
    uniform(busy.key("a", "b"), 7);
    expect(busy.key("Node/node-1", "lag")).toEqual(quiet.key("Node/node-1", "lag"));
  });

  test("differ between entities and between purposes", () => {
    const random = new Random("42");
    const keys = ENTITIES.flatMap((entity) => ["lag", "probe", "boot"].map((purpose) => random.key(entity, purpose)));
    expect(new Set(keys.map(({ a }) => a)).size).toBe(keys.length);
    expect(new Set(keys.map(({ b }) => b)).size).toBe(keys.length);
  });

  test("keep entity and purpose apart", () => {
    const random = new Random("42");
    expect(random.key("ab", "c")).not.toEqual(random.key("a", "bc"));
  });

  test("differ between seeds and between runs; run 0 is the default", () => {
    const key = (seed: string, run?: number): string => JSON.stringify(new Random(seed, run).key("a", "b"));
    expect(key("42", 0)).toBe(key("42"));
    expect(new Set([key("42"), key("43"), key("042"), key("42", 1), key("42", 2), key("421")]).size).toBe(6);
  });
});

describe("draws", () => {
  const random = new Random("42");

  test("can be asked in any order, and lie strictly between 0 and 1", () => {
    const key = random.key("client/web", "arrival");
    const forward = draws(key, 1000);
    const backward = Array.from({ length: 1000 }, (_, i) => uniform(key, 999 - i));
    expect(backward.toReversed()).toEqual(forward);
    for (const value of draws(key)) expect(value > 0 && value < 1).toBe(true);
  });

  test("use the whole index: beyond 2^32 they do not repeat", () => {
    const key = random.key("client/web", "arrival");
    const indices = Array.from({ length: 20 }, (_, power) => 2 ** (32 + power));
    expect(new Set([0, ...indices].map((index) => bits(key, index))).size).toBe(21);
  });

  test.each([
    ["client/web", "arrival"],
    ["client/web", "latency"],
    ["Node/node-1", "watch EndpointSlice"],
    ["", ""],
  ])("of %j, %j are uniform (chi-square over 256 cells)", (entity, purpose) => {
    const values = draws(random.key(entity, purpose));
    expect(chiSquare(values)).toBeLessThan(CHI_SQUARE_LIMIT);
    expect(chiSquare(values.map((value) => (value * 65_536) % 1))).toBeLessThan(CHI_SQUARE_LIMIT);
  });

  test("with one index are uniform over entities of similar names", () => {
    const values = Array.from({ length: DRAWS }, (_, i) => uniform(random.key(`client/web-${i}`, "arrival"), 0));
    expect(chiSquare(values)).toBeLessThan(CHI_SQUARE_LIMIT);
  });

  test.each([1, 2, 3, 16, 256])("at indices %d apart are uncorrelated", (lag) => {
    const values = draws(random.key("client/web", "arrival"));
    // Four standard deviations of the correlation of independent draws, 1 / sqrt(n).
    expect(Math.abs(correlation(values.slice(lag), values.slice(0, -lag)))).toBeLessThan(4 / Math.sqrt(DRAWS));
  });

  test("in pairs of neighbours fill the square evenly", () => {
    const values = draws(random.key("client/web", "arrival"), 2 * DRAWS);
    const cells = Array.from({ length: DRAWS }, (_, i) => {
      const [x, y] = [values[2 * i]!, values[2 * i + 1]!];
      return (Math.floor(x * 16) * 16 + Math.floor(y * 16) + 0.5) / 256;
    });
    expect(chiSquare(cells)).toBeLessThan(CHI_SQUARE_LIMIT);
  });

  test("of two purposes, two entities, two runs are uncorrelated", () => {
    const base = draws(random.key("client/web-1", "arrival"));
    const others = [
      random.key("client/web-1", "latency"),
      random.key("client/web-2", "arrival"),
      new Random("42", 1).key("client/web-1", "arrival"),
      new Random("43").key("client/web-1", "arrival"),
    ];
    for (const key of others) expect(Math.abs(correlation(base, draws(key)))).toBeLessThan(4 / Math.sqrt(DRAWS));
  });
});

describe("streams", () => {
  const take = (stream: () => number, count: number): number[] => Array.from({ length: count }, stream);

  test("of one name are the same, of two names and two runs differ", () => {
    const random = new Random("42");
    const values = take(random.stream("a"), 10);
    expect(take(random.stream("a"), 10)).toEqual(values);
    expect(take(random.stream("b"), 10)).not.toEqual(values);
    expect(take(new Random("42", 1).stream("a"), 10)).not.toEqual(values);
  });

  test("are uniform", () => {
    expect(chiSquare(take(new Random("42").stream("a"), DRAWS))).toBeLessThan(CHI_SQUARE_LIMIT);
  });
});

// A change of these values changes every result: it needs a minor release and a line in the changelog.
describe("known answers", () => {
  test.each([
    [0, [252230485, 827021450, 1804842792, 2097417710, 3195877658]],
    [1, [4121221229, 2353471966, 3413166208, 4133809817, 2671919195]],
  ])("keyed bits of seed 42, run %d", (run, expected) => {
    const key = new Random("42", run).key("Node/node-1", "watch EndpointSlice");
    expect([0, 1, 2, 2 ** 32, 2 ** 52].map((index) => bits(key, index))).toEqual(expected);
  });

  test.each([
    [0, [0.0008580209534043703, 0.39368606840028686]],
    [1, [0.5101981842593498, 0.7245458160572571]],
  ])("the stream of seed 42, run %d", (run, expected) => {
    const stream = new Random("42", run).stream("arrivals");
    expect([stream(), stream()]).toEqual(expected);
  });
});
