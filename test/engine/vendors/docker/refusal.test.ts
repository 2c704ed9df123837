import { describe, expect, test } from "vitest";
import { cleanWords, explainRefusal } from "../../../../src/engine/vendors/docker/refusal.ts";

const id = "b5b3ce08b7498e64841818d4de648e7a57c677e91ddf8f0d7b418eaaf6c659e0";
const create =
  "failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process";

describe("what an engine refuses", () => {
  test.each([
    [
      `driver failed programming external connectivity on endpoint td (${id}): Error starting userland proxy: listen tcp4 127.0.0.1:15432: bind: address already in use`,
      15432,
    ],
    [
      `driver failed programming external connectivity on endpoint tf (${id}): Bind for 127.0.0.1:15433 failed: port is already allocated`,
      15433,
    ],
    [
      `failed to set up container networking: driver failed programming external connectivity on endpoint x (${id}): failed to bind host port for 127.0.0.1:8080:172.17.0.2:80/tcp: address already in use`,
      8080,
    ],
    ["failed to bind host port 127.0.0.1:8081/tcp: address already in use", 8081],
    ["Bind for :::80 failed: port is already allocated", 80],
    ["Error starting userland proxy: listen udp4 0.0.0.0:53: bind: address already in use", 53],
    ["listen tcp6 [::]:443: bind: address already in use", 443],
  ])("because a port is taken names the port: %s", (words, port) => {
    const failure = explainRefusal("db", { status: 500, words });
    expect(failure).toMatchObject({ kind: "port-taken", port, holder: null, message: `port ${port} is taken` });
  });

  test.each([
    [`${create}: exec: "nope": executable file not found in $PATH: unknown`, "there is no nope in the image"],
    [`${create}: exec: "/x/y": stat /x/y: no such file or directory: unknown`, "there is no /x/y in the image"],
    [`${create}: exec: "/etc": permission denied: unknown`, "/etc cannot be executed: permission denied"],
    [
      'OCI runtime exec failed: exec failed: unable to start container process: exec: "curl": executable file not found in $PATH: unknown',
      "there is no curl in the image",
    ],
    [
      `${create}: error during container init: error mounting "/etc/passwd" to rootfs at "/bin": mount /etc/passwd:/bin (via /proc/self/fd/6), flags: 0x5000: not a directory: unknown: Are you trying to mount a directory onto a file (or vice-versa)? Check if the specified host path exists and is the expected type`,
      'error mounting "/etc/passwd" to rootfs at "/bin": mount /etc/passwd:/bin: not a directory: Are you trying to mount a directory onto a file (or vice-versa)? Check if the specified host path exists and is the expected type',
    ],
    [`Container ${id} is not running`, "Container b5b3ce08b749 is not running"],
    [`remove v1: volume is in use - [${id}]`, "remove v1: volume is in use - [b5b3ce08b749]"],
    [
      `Error when allocating new name: Conflict. The container name "/tf" is already in use by container "${id}". You have to remove (or rename) that container to be able to reuse that name.`,
      'the name "tf" is already in use by container b5b3ce08b749',
    ],
    [
      "unable to find user nobodyx: no matching entries in passwd file",
      "unable to find user nobodyx: no matching entries in passwd file",
    ],
    ["Error response from daemon: network nonet not found", "network nonet not found"],
  ])("is said without what nobody needs: %s", (words, clean) => {
    expect(cleanWords(words)).toBe(clean);
  });

  test("because its image is not there is said of the image", () => {
    const failure = explainRefusal("db", { status: 404, words: "No such image: postgres:99" });
    expect(failure).toMatchObject({ kind: "image-unavailable", image: "postgres:99", reason: "not-pulled" });
  });

  test("keeps the status of the answer, and says what to do where that is known", () => {
    const words = 'invalid mount config for type "bind": bind source path does not exist: /nonexist';
    expect(explainRefusal("db", { status: 400, words })).toEqual({
      kind: "container-refused",
      container: "db",
      status: 400,
      message: `Docker refused: ${words}`,
      hint: "make that folder, or mount another",
    });
  });
});
