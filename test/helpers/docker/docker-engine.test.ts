import { spawnSync } from "node:child_process";
import { existsSync, globSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freePort } from "../free-port.ts";
import { tempFolder } from "../processes.ts";
import { processesOf } from "../processes-of.ts";
import { describeWith } from "../require.ts";
import { RunningProgram } from "../run-program.ts";
import { waitUntil } from "../wait-until.ts";
import { type DockerEngine, startDockerEngine } from "./docker-engine.ts";
import { engineLinksOf } from "./engine-network.ts";
import { sharedDockerEngine } from "./shared-engine.ts";
import { loadTestImages } from "./test-images.ts";

interface Inspected {
  State: { Status: string; StartedAt: string };
}

describeWith("docker", "a docker engine of a test's own", () => {
  let engine: DockerEngine;
  const stateOf = async (container: string) =>
    (await engine.api.ask<Inspected>("GET", `/containers/${container}/json`)).State;

  beforeAll(async () => {
    engine = await startDockerEngine({ isLiveRestore: true });
    await loadTestImages(engine.api, "web");
  });
  afterAll(() => engine?.dispose());

  test("runs containers that are reached by a published port, and by name from each other", async () => {
    await engine.api.ask("POST", "/networks/create", { Name: "fleet" });
    const port = await freePort();
    await engine.api.run({ image: "web", name: "published", network: "fleet", ports: { 80: port } });
    await engine.api.run({ image: "web", name: "other", network: "fleet" });
    const page = await waitUntil("the page is there", () => fetchText(`http://127.0.0.1:${port}/`));
    expect(page).toBe("hello from a container\n");
    const inside = await engine.api.exec("other", ["wget", "-qO-", "http://published/"]);
    expect(inside).toEqual({ code: 0, output: "hello from a container\n" });
  });

  test("keeps containers that run where it is killed, and those that it has stopped where it is restarted", async () => {
    await engine.api.run({ image: "web", name: "lives", command: [] });
    const before = await stateOf("lives");
    await engine.kill();
    await engine.start();
    expect(await stateOf("lives")).toMatchObject({ Status: "running", StartedAt: before.StartedAt });
    await engine.api.ask("POST", "/containers/lives/stop");
    await engine.restart();
    expect(await stateOf("lives")).toMatchObject({ Status: "exited", StartedAt: before.StartedAt });
  });

  test("does not answer while it is frozen", async () => {
    engine.freeze();
    const answer = engine.api.ask("GET", "/version").then(() => "answered");
    const silence = new Promise((resolve) => setTimeout(resolve, 100, "silent"));
    expect(await Promise.race([answer, silence])).toBe("silent");
    engine.thaw();
    expect(await answer).toBe("answered");
  });
});

describeWith("docker", "what an engine leaves", () => {
  test("is nothing, once it is disposed of, whatever ran in it", async () => {
    const engine = await startDockerEngine();
    const folder = dirname(engine.socket);
    const [link] = engineLinksOf(folder);
    await loadTestImages(engine.api, "ignores-sigterm");
    await engine.api.ask("POST", "/networks/create", { Name: "fleet" });
    await engine.api.run({ image: "ignores-sigterm", network: "fleet", ports: { 80: await freePort() } });
    expect(leftOf(folder, link?.link)).not.toEqual([]);
    await engine.dispose();
    expect(leftOf(folder, link?.link)).toEqual([]);
  });

  test("is nothing, where the run of its test is killed", async () => {
    const script = `
      const { default: ownRunFolder } = await import(${JSON.stringify(join(import.meta.dirname, "../run-folder.ts"))});
      ownRunFolder();
      const { startDockerEngine } = await import(${JSON.stringify(join(import.meta.dirname, "docker-engine.ts"))});
      const { sharedDockerEngine } = await import(${JSON.stringify(join(import.meta.dirname, "shared-engine.ts"))});
      const engines = await Promise.all([startDockerEngine(), sharedDockerEngine()]);
      console.log(engines.map(({ socket }) => "runs " + socket).join("\\n"));
      setInterval(() => {}, 1000);`;
    const env = { ...process.env, TEST_RUN_FOLDER: undefined, TMPDIR: tempFolder() };
    const program = new RunningProgram(process.execPath, ["--input-type=module", "-e", script], { cwd: "/", env });
    await program.waitFor(/runs [\s\S]*runs .*\n/);
    const folders = [...program.stdout.matchAll(/runs (.*)\n/g)].map(([, socket = ""]) => dirname(socket));
    const claimed = folders.map((folder) => ({ folder, link: engineLinksOf(folder)[0]?.link }));
    expect(claimed.map(({ link }) => link)).toEqual([expect.any(String), expect.any(String)]);
    program.kill("SIGKILL");
    await waitUntil("all is gone", () => claimed.every(({ folder, link }) => leftOf(folder, link).length === 0));
  });
});

describeWith("docker", "the engine of a test run", () => {
  test("is one for all who ask, and is swept by label", async () => {
    const [one, other] = await Promise.all([sharedDockerEngine(), sharedDockerEngine()]);
    expect(one.socket).toBe(other.socket);
    await loadTestImages(one.api, "web");
    const label = `test=${process.pid}`;
    const labels = { test: String(process.pid) };
    await one.api.ask("POST", "/networks/create", { Name: `net-${process.pid}`, Labels: labels });
    await one.api.ask("POST", "/volumes/create", { Name: `data-${process.pid}`, Labels: labels });
    const wish = { image: "web", network: `net-${process.pid}`, binds: [`data-${process.pid}:/data`], labels };
    const id = await one.api.run(wish);
    await one.api.sweep(label);
    await expect(other.api.ask("GET", `/containers/${id}/json`)).rejects.toThrow("404");
    await expect(other.api.ask("GET", `/networks/net-${process.pid}`)).rejects.toThrow("404");
    await expect(other.api.ask("GET", `/volumes/data-${process.pid}`)).rejects.toThrow("404");
  });
});

/** All there is of an engine on this machine. */
function leftOf(folder: string, link = "none"): string[] {
  const rules = spawnSync("iptables-save", { encoding: "utf8" }).stdout ?? "";
  const addresses = spawnSync("ip", ["-4", "address", "show"], { encoding: "utf8" }).stdout;
  const mounts = spawnSync("cat", ["/proc/self/mountinfo"], { encoding: "utf8" }).stdout;
  const base = stretchOf(link);
  return [
    ...processesOf(folder).map(({ command }) => command),
    ...lines(rules, base),
    ...lines(addresses, base),
    ...lines(addresses, `${link}:`),
    ...lines(mounts, folder),
    ...globSync(`/sys/fs/cgroup/{*/,}${link}`),
    ...(existsSync(folder) ? [folder] : []),
  ];
}

function lines(text: string, part: string): string[] {
  return text.split("\n").filter((line) => line.includes(part));
}

/** The first address of an engine's stretch, without its last number. */
function stretchOf(link: string): string {
  const number = Number(link.replace("orchtest-", ""));
  return `10.${192 + (number >> 4)}.${(number & 15) << 4}.`;
}

function fetchText(url: string): Promise<string | null> {
  return fetch(url).then(
    (answer) => answer.text(),
    () => null,
  );
}
