/** The answers in the scenarios' opening comments say what their committed results say. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const ROOT = new URL("../../", import.meta.url);
const names = readdirSync(new URL("scenarios/", ROOT))
  .filter((name) => name.endsWith(".yaml"))
  .map((name) => name.slice(0, -".yaml".length))
  .sort();

function opening(name: string): string {
  const text = readFileSync(new URL(`scenarios/${name}.yaml`, ROOT), "utf8");
  return text.slice(0, text.indexOf("apiVersion"));
}

describe("the opening comment of a scenario", () => {
  it("exists for all shipped scenarios", () => {
    expect(names.length).toBeGreaterThanOrEqual(8);
  });

  it.each(names)("%s asks a question and answers it with the committed figures", (name) => {
    const comment = opening(name).replaceAll(/\n#\s+/g, " ");
    const summary = JSON.parse(readFileSync(new URL(`results/${name}/summary.json`, ROOT), "utf8"));
    const { requests, failed } = summary;
    const count = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, ",");
    expect(comment).toMatch(/^# Question: .+\? .*Answer: .+/);
    expect(comment).toContain(`${count(failed)} of `);
    expect(comment).toContain(`${count(requests)} requests`);
  });
});
