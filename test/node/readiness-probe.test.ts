import { describe, expect, it } from "vitest";
import { SECOND } from "../../src/engine/duration.js";
import { type Health, NEVER_CHECKED, nextHealth } from "../../src/model/health-check.js";
import { healthCheckOf, healthOfNewContainer, initialDelayEnd } from "../../src/node/readiness-probe.js";

const PROBE = { initialDelaySeconds: 0, periodSeconds: 10, successThreshold: 2, failureThreshold: 3 };
const CHECK = healthCheckOf({ ...PROBE, timeoutSeconds: 1 }, 4);

const probedWith = (answers: string, from: Health = NEVER_CHECKED): Health =>
  [...answers].reduce((health, answer) => nextHealth(health, answer === "+", CHECK), from);

describe("a readiness probe", () => {
  it("is a health check at the ticks of its worker", () => {
    expect(CHECK).toEqual({ phase: 4, interval: 10 * SECOND, up: 2, down: 3 });
  });

  it("keeps the run of results over a restart, so that one success is enough after a row of successes", () => {
    const restarted = healthOfNewContainer(probedWith("+++"));
    expect(restarted.healthy).toBe(false);
    expect(probedWith("+", restarted).healthy).toBe(true);
    expect(probedWith("-+", restarted).healthy).toBe(false);
  });

  it("has an initial delay that counts from the whole second of the start", () => {
    expect(initialDelayEnd(5_900_000, 0)).toBe(5_900_000);
    expect(initialDelayEnd(5_900_000, 7)).toBe(12 * SECOND);
    expect(initialDelayEnd(5_000_000, 7)).toBe(12 * SECOND);
  });
});
