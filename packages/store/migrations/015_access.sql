-- Who may ask, and who asked what: tokens of the API and its audit. Older code beside this reads and writes none of it, and
-- asks for no token but the one of its own configuration.

-- Grain: one row a token, and one more when it is revoked, which wins for ever; read with FINAL. Few rows: every replica of
-- the API keeps all of them in memory and reads them anew every two seconds.
-- No secret is in here. A token is 256 random bits, of which this is the SHA-256: there is nothing to guess, so that a slow
-- hash, made for what people think of, would only make every request slow.
CREATE TABLE IF NOT EXISTS custody_internal.tokens
(
    token_id UUID,
    version UInt8, -- 0 as it was made, 1 as it was revoked
    name String,
    level LowCardinality(String), -- read, export, operate, admin: each may do what those before it may
    secret_sha256 String, -- 64 hexadecimal digits
    hint String, -- the last four characters of the token, to tell which one somebody holds
    env_ids Array(String), -- here and below: what it is restricted to; nothing for everything
    servers Array(String),
    humans Array(String), -- keys, human|…
    created_at DateTime64(3, 'UTC'),
    created_by String, -- name of the token that made it
    expires_at Nullable(DateTime64(3, 'UTC')),
    revoked_at Nullable(DateTime64(3, 'UTC')),
    revoked_by String
)
ENGINE = ReplacingMergeTree(version)
ORDER BY token_id;

-- Grain: one row a token, the newest time only; read with FINAL. Apart from the tokens, since every replica writes it every few
-- seconds while the token is used, and a revocation must never race with that.
CREATE TABLE IF NOT EXISTS custody_internal.token_uses
(
    token_id UUID,
    used_at DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(used_at)
ORDER BY token_id;

-- Grain: one row a request to the API under a known name, refused ones included; written in batches, a batch maybe twice, so
-- read with FINAL. Requests without a valid token are counted on /metrics only, since anybody could make any number of them.
-- Kept for 400 days, and then dropped by the month.
CREATE TABLE IF NOT EXISTS custody_internal.api_requests
(
    at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)), -- when it came
    request_id UUID CODEC(NONE), -- as the answer's x-request-id
    token_id String, -- of custody_internal.tokens; 'admin' for CUSTODY_ADMIN_TOKEN, 'local' where none was asked for
    token_name LowCardinality(String),
    method LowCardinality(String),
    route LowCardinality(String), -- /v1/decisions/:id
    parameters String CODEC(ZSTD(3)), -- JSON, of the path and of the query, without secrets
    status UInt16, -- 499: the caller went away before the answer
    code LowCardinality(String), -- of the problem; '' for an answer
    statements UInt32, -- that it asked of the store
    rows_read UInt64,
    bytes_read UInt64,
    store_ms Float32, -- that the store took, of all statements together
    elapsed_ms Float32 -- from the request to the end of the answer
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (token_id, at, request_id)
TTL toDateTime(at) + INTERVAL 400 DAY DELETE
SETTINGS ttl_only_drop_parts = 1;
