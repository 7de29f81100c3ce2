import cliProgress from "cli-progress";

/** Shows how far the demo is. */
export interface Progress {
  /** So many calls have ended. */
  update(done: number): void;
  /** Something happened. */
  say(text: string): void;
  stop(): void;
}

/** A bar on a terminal, lines elsewhere. */
export function progress(total: number): Progress {
  return process.stdout.isTTY ? bar(total) : lines(total);
}

function bar(total: number): Progress {
  const single = new cliProgress.SingleBar({
    format: "  {bar} {value}/{total}  {latest}",
    barsize: 18,
    barCompleteChar: "█",
    barIncompleteChar: "░",
    hideCursor: true,
    clearOnComplete: true,
  });
  let done = 0;
  let latest = "all targets up";
  single.start(total, done, { latest });
  const draw = (): void => single.update(done, { latest });
  return {
    update(count) {
      done = count;
      draw();
    },
    say(text) {
      latest = text;
      draw();
    },
    stop: () => single.stop(),
  };
}

function lines(total: number): Progress {
  return {
    update(done) {
      if (done % (total / 5) === 0) console.log(`  ${done} of ${total} calls`);
    },
    say: (text) => console.log(`  ${text}`),
    stop: () => undefined,
  };
}
