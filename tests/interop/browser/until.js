// SPDX-License-Identifier: MIT

const PAUSE = 50; // milliseconds

/**
 * Returns when `happened()` is true, or becomes it; throws what that throws, and after so many seconds that `what` did not
 * happen: a text, or a function that makes one then.
 */
export async function until(happened, what, seconds = 30) {
  const deadline = Date.now() + 1000 * seconds;
  while (!(await happened())) {
    if (Date.now() > deadline) throw new Error(`not within ${seconds} s: ${typeof what === "function" ? what() : what}`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}
