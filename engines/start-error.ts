/** An engine that could not be started. Its message is for people; the end of a log may follow. */
export class StartError extends Error {}
