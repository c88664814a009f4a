import { describe, expect, it } from "vitest";
import { ImageStore } from "../../src/node/image-store.js";

describe("ImageStore", () => {
  it("pulls one image after the other", () => {
    const images = new ImageStore();
    expect(images.pull("a", 0, 10)).toBe(10);
    expect(images.pull("b", 3, 10)).toBe(20);
    expect(images.pull("a", 3, 10)).toBe(10);
    expect(images.pull("a", 30, 10)).toBe(30);
    expect(images.pull("c", 30, 10)).toBe(40);
    expect([images.has("a", 9), images.has("a", 10), images.has("d", 99)]).toEqual([false, true, false]);
  });

  it("has what was added without a pull", () => {
    const images = new ImageStore();
    images.add("a");
    expect(images.has("a", -1e12)).toBe(true);
  });
});
