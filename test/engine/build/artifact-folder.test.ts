import { existsSync, readdirSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ArtifactFolder } from "../../../src/engine/build/artifact-folder.ts";
import { TempFolder } from "./temp-folder.ts";

let temp: TempFolder;
let folder: ArtifactFolder;

beforeEach(() => {
  temp = new TempFolder();
  folder = new ArtifactFolder(temp.join("bin/orders-1"));
});

afterEach(() => temp[Symbol.asyncDispose]());

test("each build has a number of its own, above all that are there", async () => {
  expect(await folder.next("orders")).toBe(temp.join("bin/orders-1/orders.1"));
  temp.write({
    "bin/orders-1/orders.1": "",
    "bin/orders-1/orders.9": "",
    "bin/orders-1/orders.10.tmp/x": "",
    "bin/orders-1/notes.txt": "",
  });
  expect(await folder.next("orders")).toBe(temp.join("bin/orders-1/orders.11"));
});

test("pruning leaves what is being written, what is kept and what is no binary, and clears up after a crash", async () => {
  for (let at = 1; at <= 7; at += 1) temp.write({ [`bin/orders-1/orders.${at}`]: "" });
  temp.write({ "bin/orders-1/orders.6.tmp/x": "", "bin/orders-1/notes.txt": "" });
  const current = await folder.next("orders");
  temp.write({ "bin/orders-1/orders.8": "", "bin/orders-1/orders.8.tmp/x": "" });
  await folder.prune(new Set([temp.join("bin/orders-1/orders.1")]));
  const left = ["notes.txt", "orders.1", "orders.5", "orders.6", "orders.7", "orders.8", "orders.8.tmp"];
  expect(readdirSync(folder.path).sort()).toEqual(left);
  expect(existsSync(current)).toBe(true);
  folder.finished();
  await folder.prune(new Set());
  expect(readdirSync(folder.path).sort()).toEqual(["notes.txt", "orders.6", "orders.7", "orders.8"]);
});
