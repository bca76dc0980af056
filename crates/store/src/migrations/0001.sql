-- Version 1 of a Polybius store. docs/store.md explains every table; offsets count code points of articles.text, end exclusive.

CREATE TABLE meta (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE articles (
  id         INTEGER PRIMARY KEY,
  hash       TEXT NOT NULL UNIQUE,  -- of title, publisher, day and text: the same article is stored once
  source     TEXT NOT NULL,         -- the file or feed that it was read from
  name       TEXT NOT NULL,         -- its id there
  title      TEXT,
  publisher  TEXT,
  published  TEXT,                  -- YYYY-MM-DD
  url        TEXT,
  text       TEXT NOT NULL,
  paragraphs TEXT NOT NULL,         -- JSON: [[start, end, role], ...]
  copy_of    INTEGER REFERENCES articles (id)  -- the first article of which this one is a near-copy
) STRICT;
CREATE INDEX articles_published ON articles (published, publisher);
CREATE INDEX articles_publisher ON articles (publisher, published);
CREATE INDEX articles_copy_of ON articles (copy_of) WHERE copy_of IS NOT NULL;

-- Sentences that say an event.
CREATE TABLE sentences (
  id       INTEGER PRIMARY KEY,
  article  INTEGER NOT NULL REFERENCES articles (id),
  position INTEGER NOT NULL,       -- among the article's body sentences, from 0
  start    INTEGER NOT NULL,
  end      INTEGER NOT NULL,
  text     TEXT NOT NULL
) STRICT;
CREATE INDEX sentences_article ON sentences (article);
CREATE VIRTUAL TABLE evidence USING fts5 (text, content = 'sentences', content_rowid = 'id', tokenize = 'porter unicode61 remove_diacritics 2');

CREATE TABLE events (
  id            INTEGER PRIMARY KEY,
  key           TEXT NOT NULL,     -- the event's id in the records of `polybius code`
  article       INTEGER NOT NULL REFERENCES articles (id),
  sentence      INTEGER NOT NULL REFERENCES sentences (id),
  event         TEXT NOT NULL,     -- category, such as ASSAULT
  mode          TEXT,
  cameo         TEXT,
  quad          TEXT NOT NULL,
  score         REAL NOT NULL,
  date          TEXT,              -- as coded: YYYY-MM-DD, YYYY-MM or YYYY
  day           TEXT NOT NULL,     -- the first day of `date`, else the day of publication, else ''
  auxiliary     TEXT NOT NULL,     -- '' for what happened, else e.g. 'future,negation'
  trigger       TEXT NOT NULL,
  start         INTEGER NOT NULL,
  end           INTEGER NOT NULL,
  place         TEXT,              -- the words
  place_start   INTEGER,
  place_end     INTEGER,
  place_name    TEXT,
  place_kind    TEXT,              -- country, admin1, town, ...
  place_country TEXT,
  place_basis   TEXT,              -- text, dateline or focus
  lat           REAL,
  lon           REAL,
  geonames      INTEGER,
  rule          TEXT NOT NULL,
  confidence    REAL NOT NULL,
  report        INTEGER,           -- the first event of its article that tells the same
  incident      INTEGER            -- incidents.id
) STRICT;
CREATE INDEX events_article ON events (article);
CREATE INDEX events_sentence ON events (sentence);
CREATE INDEX events_day ON events (day);
CREATE INDEX events_event ON events (event, day);
CREATE INDEX events_quad ON events (quad, day);
CREATE INDEX events_place ON events (place_country, day);
CREATE INDEX events_place_name ON events (place_name, day) WHERE place_name IS NOT NULL;
CREATE INDEX events_report ON events (report);
CREATE INDEX events_incident ON events (incident);

-- Who took part, and on whose word the event rests.
CREATE TABLE participants (
  event    INTEGER NOT NULL REFERENCES events (id),
  role     TEXT NOT NULL,          -- actor, recipient or source
  position INTEGER NOT NULL,       -- from 0; sources from the outermost inward
  text     TEXT NOT NULL,
  start    INTEGER NOT NULL,
  end      INTEGER NOT NULL,
  name     TEXT,
  actor    TEXT,                   -- id, such as syr-gov-qadri-jamil
  country  TEXT,
  sector   TEXT,
  guessed  INTEGER NOT NULL,       -- is the country a guess?
  kind     TEXT,                   -- of a source: named, anonymous or media
  PRIMARY KEY (event, role, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX participants_name ON participants (name, role, event) WHERE name IS NOT NULL;
CREATE INDEX participants_actor ON participants (actor, role, event) WHERE actor IS NOT NULL;
CREATE INDEX participants_sector ON participants (sector, role, event);

CREATE TABLE contexts (
  context TEXT NOT NULL,
  event   INTEGER NOT NULL REFERENCES events (id),
  PRIMARY KEY (context, event)
) STRICT, WITHOUT ROWID;
CREATE INDEX contexts_event ON contexts (event);

-- Each pair of countries (or IGO, NGO, ...) of an actor and a recipient, once for an event; '' where there is none. Where all
-- sides are actors (a meeting), each is the others' recipient.
CREATE TABLE dyads (
  actor     TEXT NOT NULL,
  recipient TEXT NOT NULL,
  day       TEXT NOT NULL,
  event     INTEGER NOT NULL REFERENCES events (id),
  PRIMARY KEY (actor, recipient, day, event)
) STRICT, WITHOUT ROWID;
CREATE INDEX dyads_actor ON dyads (actor, day, event);
CREATE INDEX dyads_recipient ON dyads (recipient, day, event);
CREATE INDEX dyads_event ON dyads (event);

-- Every name of a participant, with the events that it takes part in: what a name in a question is looked up in.
CREATE TABLE names (
  name   TEXT PRIMARY KEY,
  events INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE signatures (
  article   INTEGER PRIMARY KEY REFERENCES articles (id),
  signature BLOB NOT NULL          -- what is kept of its text to know its copies
) STRICT;

-- The keys under which near-copies are looked for (locality-sensitive hashing).
CREATE TABLE bands (
  band    INTEGER NOT NULL,
  article INTEGER NOT NULL REFERENCES articles (id),
  PRIMARY KEY (band, article)
) STRICT, WITHOUT ROWID;

-- People counted in the words of an event.
CREATE TABLE figures (
  event    INTEGER NOT NULL REFERENCES events (id),
  position INTEGER NOT NULL,
  kind     TEXT NOT NULL,          -- killed, wounded, detained, missing, displaced or participants
  low      INTEGER,                -- at least so many
  high     INTEGER,                -- at most so many
  text     TEXT NOT NULL,
  start    INTEGER NOT NULL,
  end      INTEGER NOT NULL,
  PRIMARY KEY (event, position)
) STRICT, WITHOUT ROWID;

-- The same event, as all articles tell it; its number is that of its first event.
CREATE TABLE incidents (
  id         INTEGER PRIMARY KEY,
  event      TEXT NOT NULL,        -- the category that most of its events have
  mode       TEXT,
  quad       TEXT NOT NULL,
  expected   INTEGER NOT NULL,     -- 1 where it is planned or only possible
  first      TEXT,                 -- the earliest date told
  last       TEXT,                 -- the latest
  day        TEXT NOT NULL,        -- the earliest day of its events
  place      TEXT,
  country    TEXT,                 -- of the place
  lat        REAL,
  lon        REAL,
  wording    TEXT NOT NULL,        -- the sentence that tells it best
  events     INTEGER NOT NULL,
  articles   INTEGER NOT NULL,
  reports    INTEGER NOT NULL,     -- articles, near-copies counted as one
  publishers INTEGER NOT NULL,
  disputed   INTEGER NOT NULL,     -- matters on which the reports disagree
  summary    TEXT NOT NULL         -- JSON: participants, attributions, figures, disagreements
) STRICT;
CREATE INDEX incidents_day ON incidents (day, reports);
CREATE INDEX incidents_event ON incidents (event, day);

-- Which reports were compared with each other, and what came of it.
CREATE TABLE blocks (
  block   TEXT NOT NULL,
  report  INTEGER NOT NULL,
  cluster INTEGER NOT NULL,        -- its first report; reports of one cluster tell the same
  PRIMARY KEY (block, report)
) STRICT, WITHOUT ROWID;
CREATE INDEX blocks_report ON blocks (report);
CREATE INDEX blocks_cluster ON blocks (block, cluster);

-- Blocks that have got reports since they were last merged.
CREATE TABLE unmerged (
  block TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- Sums, kept with every event, for pages and time series over millions of events.
CREATE TABLE monthly_events (
  month  TEXT NOT NULL,            -- YYYY-MM of events.day, or ''
  event  TEXT NOT NULL,
  quad   TEXT NOT NULL,
  actual INTEGER NOT NULL,         -- 1 where it is told as having happened
  events INTEGER NOT NULL,
  PRIMARY KEY (month, event, quad, actual)
) STRICT, WITHOUT ROWID;
CREATE TABLE monthly_dyads (
  month     TEXT NOT NULL,
  actor     TEXT NOT NULL,
  recipient TEXT NOT NULL,
  quad      TEXT NOT NULL,
  events    INTEGER NOT NULL,
  PRIMARY KEY (month, actor, recipient, quad)
) STRICT, WITHOUT ROWID;
CREATE TABLE monthly_places (
  month   TEXT NOT NULL,
  country TEXT NOT NULL,           -- of the place, '' where there is none
  quad    TEXT NOT NULL,
  events  INTEGER NOT NULL,
  PRIMARY KEY (month, country, quad)
) STRICT, WITHOUT ROWID;
CREATE TABLE places (
  name    TEXT NOT NULL,
  country TEXT NOT NULL,
  lat     REAL NOT NULL,
  lon     REAL NOT NULL,
  events  INTEGER NOT NULL,
  PRIMARY KEY (name, country, lat, lon)
) STRICT, WITHOUT ROWID;
CREATE INDEX places_events ON places (events);

-- What the ontology knows: of kind event, mode, quad, context or sector.
CREATE TABLE terms (
  kind TEXT NOT NULL,
  term TEXT NOT NULL,
  PRIMARY KEY (kind, term)
) STRICT, WITHOUT ROWID;

-- What could not be read or coded, with the reason; a source that is read again starts with a clean slate.
CREATE TABLE failures (
  source TEXT NOT NULL,
  reason TEXT NOT NULL,
  kind   TEXT NOT NULL,            -- unreadable, language or coding
  PRIMARY KEY (source, reason)
) STRICT, WITHOUT ROWID;

CREATE VIEW actors AS SELECT * FROM participants WHERE role = 'actor';
CREATE VIEW recipients AS SELECT * FROM participants WHERE role = 'recipient';
CREATE VIEW attributions AS SELECT * FROM participants WHERE role = 'source';

-- What `polybius watch` knows of the feeds that it polls.
CREATE TABLE feeds (
  url      TEXT PRIMARY KEY,
  title    TEXT,
  etag     TEXT,                   -- as the server gave them, for conditional requests
  modified TEXT,
  polled   TEXT NOT NULL,          -- when last, in UTC
  status   TEXT NOT NULL,          -- what came of it
  failures INTEGER NOT NULL,       -- in a row
  due      TEXT NOT NULL           -- when it is polled next, in UTC
) STRICT, WITHOUT ROWID;
CREATE TABLE feed_entries (
  feed  TEXT NOT NULL,
  entry TEXT NOT NULL,             -- its id in the feed
  PRIMARY KEY (feed, entry)
) STRICT, WITHOUT ROWID;
