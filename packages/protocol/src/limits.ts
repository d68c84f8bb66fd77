/**
 * Every limit of a world, with its unit last in its name. What exceeds one gets an
 * `ElsewhereError` with the code `limit` that names the field and the limit.
 */
export const limits = {
  // speech and names
  nameCharsMax: 64,
  textCharsMax: 500,
  emoteCharsMax: 80,
  verbCharsMax: 32,
  doDataBytesMax: 1024,
  traitsBytesMax: 1024,
  marksBytesMax: 1024,
  coordinatesCharsMax: 200,
  doorCodeCharsMax: 64,
  placeSecretCharsMax: 64,

  /** How deep JSON may be nested that somebody gives the host: traits, data, a program's memory. */
  jsonDepthMax: 64,

  // perception and reach; a map may override sight and hearing
  sightTiles: 16,
  hearingTiles: 8,
  whisperTiles: 2,
  shoutTiles: 32,
  perceptionLayersMax: 32,
  reachTiles: 2,

  // movement and paths
  speedSixteenthsPerTick: 6,
  pathExpansionsPerTickMax: 60_000,
  pathTilesMax: 20_000,
  pathRetriesMax: 8,
  followGapTiles: 1,
  ticksBetweenReplansMin: 4,

  // maps
  mapSideTilesMax: 2048,
  mapTilesMax: 1_048_576,
  mapFileBytesMax: 32 * 1024 * 1024,
  mapNestingMax: 32,
  mapObjectsMax: 20_000,
  mapLayersMax: 512,
  mapCellsMax: 33_554_432,
  mapTilesetsMax: 256,
  mapTilesetTilesMax: 1_048_576,
  mapReferencesMax: 256,
  mapReadBytesMax: 128 * 1024 * 1024,
  mapTileSidePixelsMax: 4096,
  mapShapePointsMax: 10_000,
  mapShapeTilesMax: 8_388_608,
  mapNotesMax: 200,
  mapDoorsMax: 1024,
  doorTilesMax: 4096,
  profileBytesMax: 1024 * 1024,
  sightTilesMax: 64,
  hearingTilesMax: 64,
  worldMapsMax: 64,
  bodiesPerMapMax: 131_072,
  carriedThingsMax: 16,
  carriedDepthMax: 4,

  // people
  frameBytesMax: 16 * 1024,
  framesPerSecondMax: 60,
  sessionsMax: 2_000,
  /** What a connection may have waiting: beyond it the present replaces what it would have been sent. */
  sendBufferBytesMax: 32 * 1024,
  helloMsMax: 5_000,
  asleepMsMax: 120_000,
  asleepTicksMax: 1_200,
  memoryPageItemsMax: 10_000,
  unansweredIntentsMax: 1_000,

  // connections: a peer that has given no sign of life by the next ping is gone
  pingMs: 15_000,
  closeMsMax: 2_000,
  httpRequestMsMax: 10_000,
  httpRequestsPerSecondMax: 100,
  httpBodyBytesMax: 1024,
  programsPageItemsMax: 500,
  programsSearchCharsMax: 100,
  tokenCharsMax: 4_096,

  // how a client comes back
  connectMsMax: 10_000,
  quietMsMax: 30_000,
  retryMsFirst: 500,
  retryMsMax: 15_000,

  // seeing the past again
  replaysMax: 16,
  /** Hidden places that an operator may give to be seen in one replay. */
  replayPlacesMax: 16,
  /** Times the pace the world had, either way. */
  replaySpeedMax: 1_000,
  replayStepTicksMax: 100_000,
  densityBinsMax: 500,
  searchItemsMax: 100,
  searchCharsMax: 100,
  /** Counting or searching the record ends after so long, with what is not done yet left for the next time. */
  surveyMsMax: 2_000,

  // programs
  codeBytesMax: 512 * 1024,
  turnMsMax: 50,
  startMsMax: 500,
  /** The engine polls once per 10,000 of its ticks: 160 are about 50 ms of ordinary code. */
  turnPollsMax: 160,
  startPollsMax: 1_600,
  /** The whole memory of a program: the engine's own state and stack in it take about 1.4 MB. */
  heapBytesMax: 4 * 1024 * 1024,
  stackBytesMax: 256 * 1024,
  turnInputBytesMax: 128 * 1024,
  perceptBytesMax: 64 * 1024,
  /**
   * Memories a worker keeps ready; a program without one is parked. More of them than a core's cache holds what is used of,
   * and a turn of a live program costs as much as waking a parked one.
   */
  slotsPerWorkerMax: 32,
  /** Images kept in the host's memory; beyond it the ones longest unused are stored. */
  parkedBytesMax: 512 * 1024 * 1024,
  /** Turns given to a worker and not yet answered; what is due beyond them waits its turn. */
  turnsInFlightPerWorkerMax: 256,
  backOffMsMax: 60_000,
  mailboxItemsMax: 256,
  intentsPerTurnMax: 32,
  outcomeBytesMax: 256 * 1024,
  logLineCharsMax: 1_000,
  logLinesPerTurnMax: 50,
  logLinesKeptMax: 500,
  memoryBytesMax: 64 * 1024,
  timersMax: 256,
  faultsInRowMax: 5,
  turnsBetweenImagesMax: 64,
  turnsBeforeFirstImageMax: 8,
  programsMax: 200_000,
  imagesKeptMax: 3,
  spawnCodeCharsMax: 200,
  spawnMemoryBytesMax: 4 * 1024,
  spawnShareMax: 0.9,

  // what a program may use unless its world says otherwise
  turnsPerSecondMax: 20,
  msPerSecondMax: 200,
  programHeapBytesMax: 2 * 1024 * 1024,
  speechPerMinuteMax: 120,
  logBytesPerMinuteMax: 64 * 1024,
  untilsMax: 256,
  /** Programs of a family whose first one may start others. */
  familyProgramsMax: 16,

  // crossings
  /** The name of an attempt, 16 bytes in base64url. */
  attemptCharsMax: 22,
  urlCharsMax: 300,
  /** Whose life it is: a fingerprint and the program's id at its birth. */
  lifeCharsMax: 300,
  sealedKeyCharsMax: 400,
  crossingPayloadBytesMax: 8 * 1024 * 1024,
  /** How long an offer may wait, and how long it does if nobody says. */
  crossingMsMax: 24 * 3_600_000,
  crossingMsUsual: 60_000,
  /** What is not answered is sent again: at first after so long, then ever less often. */
  crossingRepeatMsFirst: 1_000,
  crossingRepeatMsMax: 30_000,
  lettersForwardedMax: 256,
  /** What a host says to another in one request, signature included. */
  crossingBodyBytesMax: 32 * 1024 * 1024,
  /** Messages that wait go together up to so many bytes; requests that are larger are read one at a time. */
  crossingBodyBytesUsual: 64 * 1024,
  crossingMessagesAtOnceMax: 256,
  crossingMessagesWaitingMax: 4_000,
  /** Requests to one host at once, and a second: fewer than a host answers one address. */
  crossingRequestsMax: 4,
  crossingRequestsPerSecondMax: 50,
  /** Payloads that wait to be sent to one host or fetched from it, and how long one of them may take. */
  payloadsWaitingMax: 16,
  payloadMsMax: 60_000,
  /** What a parcel says in words, and how much of that is the source map of its code. */
  parcelTextBytesMax: 24 * 1024 * 1024,
  codeMapBytesMax: 2 * 1024 * 1024,
  /** Payloads a carrier has at once, unless it is started with another number. */
  carrierPayloadBytesUsual: 256 * 1024 * 1024,
  witnessRowsMax: 100_000,
  /** Crossings that are under way at once, in each direction. */
  crossingsMax: 1_000,
  /**
   * Attempts a minute that come to nothing: of one host to come here, and of one program to leave. Twice as many may at once;
   * beyond that another host is not answered, and a program is refused.
   */
  crossingFailuresPerMinuteMax: 60,
  leavingFailuresPerMinuteMax: 6,
  /** Rows that a host has written here, as its witness. */
  witnessRowsPerSecondMax: 10,
  /** Crossings that are over and are still shown. */
  crossingsShownMax: 100,
  /**
   * What a program from elsewhere is tried with, less than a turn has otherwise. In a worker that has run nothing yet a turn that
   * does nothing takes some 10 ms.
   */
  trialMsMax: 40,
  trialPollsMax: 80,
  /** How long a worker for the next trial waits for it. */
  trialSpareMsMax: 600_000,
  /** Trials at once; others wait. */
  trialsMax: 2,
  /** Turns that a heap may have taken before it comes: half of those that can be counted. */
  portableTurnsMax: 2_147_483_648,
  /** How long the image of a program that has left is kept. */
  crossingKeptMsMax: 7 * 24 * 3_600_000,
  pairingsMax: 1_000,
  pairingSpawnsMax: 32,
  pairingBodyBytesMax: 16 * 1024,

  // the record
  ticksBetweenKeyframesMax: 600,
  commitsInFlightMax: 4,
  storageRetryMs: 1_000,
  verifyProblemsMax: 100,
  /** To this the log may grow while the database is copied; beyond it the copy is given up. */
  copyLogBytesMax: 128 * 1024 * 1024,
} as const;
