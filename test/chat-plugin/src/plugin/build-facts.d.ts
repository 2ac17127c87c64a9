/** The part for video that this plugin was built with, by the names of files beside it. */
declare const SDK_FILE: {
  readonly name: string;
  readonly integrity?: string;
  readonly latest?: string;
};
