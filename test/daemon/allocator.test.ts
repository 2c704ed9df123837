import { expect, test } from "vitest";
import { forgetAllocator, withAllocator } from "../../src/daemon/allocator.ts";

test("what a daemon is told about its allocator is told to nothing that it starts", () => {
  const env = withAllocator({ PATH: "/bin" });
  expect(env).toMatchObject({ PATH: "/bin", MALLOC_ARENA_MAX: "1" });
  forgetAllocator(env);
  expect(env).toEqual({ PATH: "/bin" });
});

test("what a person has set stays, for the daemon and for what it starts", () => {
  const env = withAllocator({ MALLOC_ARENA_MAX: "8" });
  expect(env.MALLOC_ARENA_MAX).toBe("8");
  forgetAllocator(env);
  expect(env).toEqual({ MALLOC_ARENA_MAX: "8" });
});
