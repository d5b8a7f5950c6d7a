/**
 * What a page cannot do by itself goes here, name by name. The page of the engine needs nothing of the kind yet, so the
 * window is opened without a preload.
 */
export {}
