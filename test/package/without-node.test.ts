/** The built library needs nothing but the language: in a browser, in a worker, in an engine without a host. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { createContext, runInContext, runInNewContext } from "node:vm";
import { type OutputChunk, rolldown } from "rolldown";
import { describe, expect, test } from "vitest";
import * as library from "../../src/index.js";
import { SCENARIO, story } from "./story.js";

const BUILT = new URL("../../dist/index.js", import.meta.url);
const EXPECTED = story(library, SCENARIO);
const INTRINSICS: string[] = runInNewContext("Object.getOwnPropertyNames(globalThis)");

test("the story is worth telling: requests failed, and every text says something", () => {
  expect(EXPECTED["failures.csv"]!.split("\n").length).toBeGreaterThan(2);
  expect(EXPECTED["timeline.svg"]).toMatch(/^<svg.*<\/svg>\n?$/s);
  expect(Object.values(EXPECTED).filter((text) => text.length < 50)).toEqual([]);
});

describe("the built library gives the same texts", () => {
  test("in a Node that has lost all its globals", () => {
    const code = `
      const write = process.stdout.write.bind(process.stdout);
      const intrinsics = new Set(${JSON.stringify(INTRINSICS)});
      for (const name of Object.getOwnPropertyNames(globalThis)) if (!intrinsics.has(name)) delete globalThis[name];
      const left = Object.getOwnPropertyNames(globalThis).filter((name) => !intrinsics.has(name));
      const library = await import(${JSON.stringify(BUILT.href)});
      write(JSON.stringify({ left, texts: (${story.toString()})(library, ${JSON.stringify(SCENARIO)}) }));
    `;
    const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", code], {
      encoding: "utf8",
      maxBuffer: 1 << 26,
    });
    expect(stderr).toBe("");
    const { left, texts } = JSON.parse(stdout);
    expect(left).toEqual([]);
    expect(texts).toEqual(EXPECTED);
  });

  test("bundled for a browser, in an engine that has nothing but the language", async () => {
    const bundle = await rolldown({ input: fileURLToPath(BUILT), platform: "browser" });
    const { output } = await bundle.generate({ format: "iife", name: "kubechurn" });
    await bundle.close();
    const [chunk] = output.filter((each): each is OutputChunk => each.type === "chunk");
    expect([output.length, chunk?.imports]).toEqual([1, []]);
    const empty = createContext({});
    runInContext(chunk!.code, empty);
    const texts: string = runInContext(
      `JSON.stringify((${story.toString()})(kubechurn, ${JSON.stringify(SCENARIO)}))`,
      empty,
    );
    expect(JSON.parse(texts)).toEqual(EXPECTED);
  });
});
