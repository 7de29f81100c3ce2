/** The little of cli-progress that the demo uses; the package comes without types. */
declare module "cli-progress" {
  export class SingleBar {
    constructor(options: {
      format: string;
      barsize?: number;
      barCompleteChar?: string;
      barIncompleteChar?: string;
      hideCursor?: boolean;
      clearOnComplete?: boolean;
    });
    start(total: number, value: number, payload: object): void;
    update(value: number, payload: object): void;
    stop(): void;
  }
}
