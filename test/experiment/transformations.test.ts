/** Scenarios made from scenarios: what changes, and that the given one does not. */
import { expect, test } from "vitest";
import { compile } from "../../src/engine/distribution.js";
import { withPreStop } from "../../src/experiment/transformations/with-pre-stop.js";
import { withSlowWatches } from "../../src/experiment/transformations/with-slow-watches.js";
import { objectsOf } from "../../src/model/objects.js";
import { withSigterm } from "../../src/model/scenario.js";
import { open, shippedText } from "../support/open.js";

test("another SIGTERM behaviour concerns every workload and leaves the scenario alone", () => {
  const text = shippedText("rolling-update").replace(
    "spec:\n",
    'spec:\n  workloads: [{selector: {kind: Deployment, name: web}, serviceTime: 1ms, images: {"registry.example/web:v2": {serviceTime: 2ms}}}]\n',
  );
  const scenario = open(text);
  const behaviours = (of: typeof scenario): string[] => [
    of.defaultWorkload.onSigterm,
    ...of.workloads.flatMap(({ settings, images }) => [
      settings.onSigterm,
      ...Object.values(images).map(({ onSigterm }) => onSigterm),
    ]),
  ];
  const changed = withSigterm(scenario, "ignore");
  expect(new Set(behaviours(changed))).toEqual(new Set(["ignore"]));
  expect(behaviours(changed)).toHaveLength(behaviours(scenario).length);
  expect(new Set(behaviours(scenario))).toEqual(new Set(["finish"]));
});

test("another preStop sleep concerns every container of the workloads; 0 is no hook", () => {
  const scenario = open(shippedText("rolling-update-prestop"));
  const sleeps = (of: typeof scenario): (number | null)[] =>
    objectsOf(of.objects, "Deployment").flatMap(({ spec }) =>
      spec.template.spec.containers.map((each) => each.preStopSleepSeconds),
    );
  const before = sleeps(scenario);
  expect(before.filter((sleep) => sleep !== null)).not.toEqual([]);
  expect(new Set(sleeps(withPreStop(scenario, 7)))).toEqual(new Set([7]));
  expect(new Set(sleeps(withPreStop(scenario, 0)))).toEqual(new Set([null]));
  expect(sleeps(scenario)).toEqual(before);
});

test("slow watches keep their median and deliver one change in a hundred after a second, unless they do already", () => {
  const scenario = open(shippedText("rolling-update"));
  const slow = withSlowWatches(scenario)!;
  const [given, made] = [scenario, slow].map((each) => compile(each.cluster.delays.watchDelivery));
  expect(made!.quantile(0.5)).toBe(given!.quantile(0.5));
  expect(made!.quantile(0.99)).toBeCloseTo(1_000_000, -1);
  expect(
    withSlowWatches(open(shippedText("rolling-update"), { set: ["cluster.latency.watchDelivery=2s"] })),
  ).toBeNull();
});
