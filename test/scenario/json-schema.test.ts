import { expect, it } from "vitest";
import { CHURN_ACTIONS } from "../../src/churn/actions.js";
import { scenarioJsonSchema } from "../../src/scenario/json-schema.js";

const text = JSON.stringify(scenarioJsonSchema());

it("is a JSON Schema with descriptions and defaults", () => {
  const schema = scenarioJsonSchema();
  expect(schema.$schema).toBe("https://json-schema.org/draft/2020-12/schema");
  expect(schema).toMatchObject({
    properties: {
      spec: { properties: { warmup: { default: "0s", type: "string", description: expect.any(String) } } },
    },
  });
});

it("tells defaults that are filled in later", () => {
  expect(text).not.toContain("whenLeftOut");
  expect(text).toMatch(/"at":\{[^}]*"default":"10s"/);
});

it("has every churn action, in full and in short", () => {
  for (const action of CHURN_ACTIONS) {
    expect(text.includes(`"const":"${action.name}"`)).toBe(true);
    expect(text.includes(`"${action.name}":{"description":"${action.summary}`)).toBe(true);
  }
});

it("offers nothing that is not modelled yet", () => {
  for (const key of ["retries", "thresholds", "concurrency", "recoverAfter"]) {
    expect(text.includes(`"${key}"`), key).toBe(false);
  }
});

it("describes every option", () => {
  const bare: string[] = [];
  const visit = (value: unknown, path: string): void => {
    if (typeof value !== "object" || value === null) return;
    const { properties } = value as { properties?: Record<string, { description?: string }> };
    for (const [key, property] of Object.entries(properties ?? {})) {
      if (property.description === undefined) bare.push(`${path}.${key}`);
    }
    for (const [key, each] of Object.entries(value)) visit(each, key === "properties" ? path : `${path}.${key}`);
  };
  visit(scenarioJsonSchema(), "");
  const inner = /\.(uniform|exponential|normal|lognormal|empirical)(\.|$)|^\.(apiVersion|kind)$|\.(pods|perNode)$/;
  expect(bare.filter((path) => !inner.test(path))).toEqual([]);
});
