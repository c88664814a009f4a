import { expect, test } from "vitest";
import { CONNECTION_POLICIES, connectionPolicy } from "../../../src/traffic/connections/policies.js";

test("policies are found by the name that scenarios give them", () => {
  for (const policy of CONNECTION_POLICIES) expect(connectionPolicy(policy.name)).toBe(policy);
  expect(new Set(CONNECTION_POLICIES.map(({ name }) => name)).size).toBe(CONNECTION_POLICIES.length);
  expect(() => connectionPolicy("pool")).toThrow("there is no connection policy pool");
});
