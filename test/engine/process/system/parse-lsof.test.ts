import { describe, expect, test } from "vitest";
import { parseListening, parseNetstatPorts, parsePaths } from "../../../../src/engine/process/system/parse-lsof.ts";
import { lsofListening, lsofPaths, netstat } from "./macos-recordings.ts";

describe("paths of lsof", () => {
  test.each([
    ["with blanks", 7100, { cwd: "/Users/ann/My Project", exe: "/usr/local/bin/node", stdout: "/dev/ttys003" }],
    [
      "with parentheses",
      7101,
      {
        cwd: "/Users/ann/shop/api (v2)",
        exe: "/Users/ann/shop/.orchestra/bin/api-3f2a",
        stdout: "/Users/ann/shop/.orchestra/logs/api/2/7.log",
      },
    ],
    ["that it was denied", 300, { cwd: null, exe: null, stdout: null }],
    ["of a process that has gone", 7107, undefined],
  ])("%s", (_, pid, paths) => {
    expect(parsePaths(lsofPaths).get(pid)).toEqual(paths);
  });

  test("leave out what was cut", () => {
    const cut = lsofPaths.slice(0, lsofPaths.indexOf(".orchestra/bin"));
    expect(parsePaths(cut).get(7101)).toEqual({ cwd: "/Users/ann/shop/api (v2)", exe: null, stdout: null });
    expect(parsePaths("")).toEqual(new Map());
    expect(parsePaths("lsof: illegal option character: q\n")).toEqual(new Map());
  });
});

describe("listeners of lsof", () => {
  const listening = parseListening(lsofListening);

  test("have each socket once, whoever shares it, and those without an address by who has them", () => {
    expect(listening.ports).toEqual(
      new Map([
        [8080, ["0x6c0d2f0e1a5b3c71", "0x6c0d2f0e1a5b4000"]],
        [9229, ["0x6c0d2f0e1a5b3c99"]],
        [7000, ["7102/8"]],
      ]),
    );
  });

  test("say who has them", () => {
    expect(listening.sockets.get(7101)).toEqual(new Set(["0x6c0d2f0e1a5b3c71"]));
    expect(listening.sockets.get(7102)).toEqual(new Set(["0x6c0d2f0e1a5b4000", "7102/8"]));
  });

  test("leave a connection out", () => {
    expect(listening.ports.has(51234)).toBe(false);
  });

  test("that were cut have what came whole", () => {
    expect(parseListening(lsofListening.slice(0, lsofListening.indexOf("n[::1]") + 8)).ports.size).toBe(1);
  });
});

test("netstat tells the ports that anybody listens on", () => {
  expect(parseNetstatPorts(netstat)).toEqual(new Set([8080, 9229, 22]));
});
