// Made from services/query/openapi.json; `vitest run packages/client --update` makes it anew.

export interface paths {
    "/v1/reports/compliance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A zip for auditors: a printable page (totals, denials with what would have let them pass, agents, humans, changes of access, certainty, gaps), the decisions as CSV and Parquet, changes as CSV, and a manifest with SHA-256 of each file; streamed */
        get: operations["complianceReport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/decisions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Decisions, newest first */
        get: operations["listDecisions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/decisions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One decision, whole: who, on whose authority, what, why, what would have let it pass, its seal, and the entry verbatim */
        get: operations["getDecision"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/decisions/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Decisions as they land, as server-sent events: late ones and corrected ones too, whenever they occurred
         * @description Each event `decision` is a row as `listDecisions` has it, with an id. A client that connects with the last id as Last-Event-ID, here or at another replica over the same store, is told everything that landed since, once a landing: a decision that is corrected before it was told is told in its newest form. A decision that is stored again unchanged may be told again. `started` comes first; `reset` where the id is not of this store, so that what landed before now may be missing; `waiting` while the store does not answer; `dropped` before a client that does not read is let go, `renew` before a stream is ended for its age, `closing` before the service ends: connect anew with the last id. `revoked` where the token does not hold any more.
         */
        get: operations["streamDecisions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/aggregate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Counts and rates over a range, by groups */
        get: operations["aggregate"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/trends": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Counts and rates by time, empty buckets included */
        get: operations["trends"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/chains": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who called which server for whom, allowed and denied apart, the busiest first: with server= all who touched it, with human= everything under one human’s authority */
        get: operations["listChains"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/remedies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Which one change would have removed most denials of a range, each explained as of its moment; apart, what needs two changes and what none can be named for */
        get: operations["listRemedies"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/agents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Agents seen in a range, the busiest first */
        get: operations["listAgents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/agents/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One agent: counts of a range, what it was seen with, and its grants, present and past */
        get: operations["getAgent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/humans": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Humans seen in a range, the busiest first */
        get: operations["listHumans"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/humans/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One human: counts of a range, what it was seen with, and its grants, present and past */
        get: operations["getHuman"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/servers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Servers seen in a range, the busiest first */
        get: operations["listServers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/servers/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One server: counts of a range, what it was seen with, and its grants, present and past */
        get: operations["getServer"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/agents/{key}/access-changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What changed in an agent’s access, newest first: consents, the ceilings above them, levels of tools, and where verdicts on its calls flipped and why */
        get: operations["listAccessChanges"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/humans/{key}/access-changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What changed under a human’s authority, newest first: the human’s consents and ceilings, levels of tools, and where verdicts flipped and why */
        get: operations["listHumanChanges"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/servers/{key}/access-changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What changed in the access to a server, newest first: consents, ceilings, levels of its tools, and where verdicts flipped and why */
        get: operations["listServerChanges"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/coverage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How far the source is read and proven, and how blind we are, by environment */
        get: operations["coverage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/coverage/hours": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is known of every hour that touches the range, the oldest first: sealed, and how, or why not; 2400 hours at most */
        get: operations["listCoveredHours"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/seals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The seals of hours that begin in the range, newest first: what was stored, listed and refused, and why one is incomplete */
        get: operations["listSeals"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/alerts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Alerts that were active in the range, those that opened last first */
        get: operations["listAlerts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/alerts/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One alert, whole: its life step by step, why it is there, and the denials around it */
        get: operations["getAlert"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/alerts/{id}/acknowledge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Says that somebody has taken an alert: its channels are told who, and it reminds nobody any more. Twice is once */
        post: operations["acknowledgeAlert"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/alerts/{id}/resolve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends an alert for its channels; while it goes on nothing more is told of it, until it grows or comes back. Twice is once */
        post: operations["resolveAlert"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/silences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is kept from being told, by whom and why; those that began last first, with those that are over */
        get: operations["listSilences"];
        put?: never;
        /** Keeps alerts from being told for a time; they go on record all the same */
        post: operations["createSilence"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/silences/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Ends a silence now, for ever; what goes on is told at the next look. Twice is once */
        delete: operations["endSilence"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/rules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The rules by which alerts are found: those that come with Custody, of the file, and of the API */
        get: operations["listRules"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/rules/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One rule, with what became of it over the API */
        get: operations["getRule"];
        /** Makes a rule, or changes it; it judges from the next look on. What it said before stays on record */
        put: operations["putRule"];
        post?: never;
        /** Deletes a rule of the API; one of the same name that comes with Custody runs again */
        delete: operations["deleteRule"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/rules/backtest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Judges the past by rules: what they would have found, minute by minute */
        post: operations["backtestRules"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Tokens that were ever made, valid ones first, without their secrets */
        get: operations["listTokens"];
        put?: never;
        /** Makes a token, shown once */
        post: operations["createToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tokens/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Ends a token for ever; every replica refuses it within five seconds */
        delete: operations["revokeToken"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who asks, and what that allows */
        get: operations["getMe"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Remedy: {
            /** @constant */
            code: "raise_consent";
            /** @description What has to change, in words */
            sentence: string;
            /** @description Key of the human */
            human: string;
            /** @description Key of the agent */
            agent: string;
            server: string;
            /**
             * @description The least level that would do
             * @enum {string}
             */
            level: "low" | "medium" | "high";
        } | {
            /** @constant */
            code: "give_consent";
            /** @description What has to change, in words */
            sentence: string;
            /** @description Key of the human; empty where nobody’s consent was known */
            human: string;
            /** @description Key of the agent */
            agent: string;
            server: string;
            /**
             * @description The least level that would do; empty where it is not known
             * @enum {string}
             */
            level: "low" | "medium" | "high" | "";
        } | {
            /** @constant */
            code: "raise_ceiling";
            /** @description What has to change, in words */
            sentence: string;
            /** @description Key of the human */
            human: string;
            server: string;
            /**
             * @description The least level that would do
             * @enum {string}
             */
            level: "low" | "medium" | "high";
        } | {
            /** @constant */
            code: "set_ceiling";
            /** @description What has to change, in words */
            sentence: string;
            /** @description Key of the human */
            human: string;
            server: string;
            /**
             * @description The least level that would do; empty where it is not known
             * @enum {string}
             */
            level: "low" | "medium" | "high" | "";
        } | {
            /** @constant */
            code: "import_server";
            /** @description What has to change, in words */
            sentence: string;
            server: string;
        } | {
            /** @constant */
            code: "add_tool";
            /** @description What has to change, in words */
            sentence: string;
            server: string;
            tool: string;
        } | {
            /** @constant */
            code: "create_tenant";
            /** @description What has to change, in words */
            sentence: string;
            tenant: string;
        } | {
            /** @constant */
            code: "register_caller";
            /** @description What has to change, in words */
            sentence: string;
            caller: string;
        } | {
            /** @constant */
            code: "change_policy";
            /** @description What has to change, in words */
            sentence: string;
            caller: string;
            resource: string;
            tool: string;
        } | {
            /** @constant */
            code: "enable_policy";
            /** @description What has to change, in words */
            sentence: string;
        } | {
            /** @constant */
            code: "tell_human";
            /** @description What has to change, in words */
            sentence: string;
            candidates: string[];
            /**
             * @description The least level that would do; empty where it is not known
             * @enum {string}
             */
            level: "low" | "medium" | "high" | "";
        } | {
            /** @constant */
            code: "find_level";
            /** @description What has to change, in words */
            sentence: string;
            server: string;
            tool: string;
        } | {
            /** @constant */
            code: "unexplained";
            /** @description What has to change, in words */
            sentence: string;
        };
        Denial: {
            /** @description Why it was denied, as the gateway shows it */
            sentence: string;
            /** @description What has to change, all of it together */
            remedies: components["schemas"]["Remedy"][];
        };
        Problem: {
            type: string;
            title: string;
            status: number;
            detail: string;
            /** @description Stable; docs/errors.md lists all of them */
            code: string;
            remedy: string;
            instance: string;
            request_id: string;
        } & {
            [key: string]: unknown;
        };
        Me: {
            /** @description Of the token */
            name: string;
            /** @enum {string} */
            scope: "read" | "export" | "operate" | "admin";
            /** @description No token is asked for: the service answers whoever is at its machine */
            is_open: boolean;
            /** @description Ids of the environments that it is restricted to; null: all */
            env: string[] | null;
            server: string[] | null;
            /** @description Keys */
            human: string[] | null;
            /** @description Simulated decisions, no real ones */
            demo: boolean;
            /** @description Address in Permit's own app, with {environment} (its id), {kind} (agent, human, server) and {key} where they belong; null: no links, as in a demo, of which Permit knows nothing */
            permit_app: string | null;
        };
        Token: {
            id: string;
            name: string;
            /** @description read, export, operate, admin */
            scope: string;
            /** @description Ids of the environments that it is restricted to; null: all */
            env: string[] | null;
            server: string[] | null;
            /** @description Keys */
            human: string[] | null;
            /** @description The last four characters of the token */
            hint: string;
            created_at: string;
            /** @description Name of the token that made it */
            created_by: string;
            expires_at: string | null;
            /** @description To some seconds */
            last_used_at: string | null;
            revoked_at: string | null;
            revoked_by: string;
        };
        Meta: {
            /** @description Start of the range that was read */
            from: string;
            /** @description Its end, exclusive */
            to: string;
            /** @description Every second of the range equals what the source listed when it was read */
            proven: boolean;
            /** @description Everything before is proven or known to be unreadable */
            proven_until: string | null;
            /** @description Seconds of the range that should have been read and are not proven */
            blind_seconds: number;
            /** @description Seconds of the range that the source cannot list in full */
            unreadable_seconds: number;
            /** @description What was read: sums of each month, day, hour, quarter (of an hour) or five_minutes, and raw decisions; nothing where the answer is not about decisions, and for a token that shows a part of an environment, since what others do there has an hour read otherwise */
            levels: string[];
            /** @description Decisions in here expired: they are not listed, and not counted where no sums have what was asked */
            expired?: {
                from: string;
                to: string;
            };
            elapsed_ms: number;
            /** @description Cursor of the next page; null on the last one */
            next?: string | null;
            /**
             * @description There are more rows than limit let through; without next there is no cursor for them
             * @constant
             */
            truncated?: true;
            /** @description Decisions that may be the asked human’s although it is not known */
            possible?: number;
            /** @description The range of comparison, and what is proven of it */
            compare?: {
                from: string;
                to: string;
                proven: boolean;
                blind_seconds: number;
            };
            /**
             * @description Simulated decisions, no real ones
             * @constant
             */
            demo?: true;
        };
        AlertAction: {
            alert_id: string;
            /** @enum {string} */
            action: "acknowledge" | "resolve";
            /**
             * @description asked: the alerter takes it at its next look, within about a minute; done: it is so already
             * @enum {string}
             */
            state: "asked" | "done";
            /** @description Name of the token; empty where Custody itself has resolved it */
            actor: string;
            note: string;
            at: string;
        };
        AlertSubject: {
            env_id: string;
            env_name: string;
            /** @description agent, human, server, tool, reason, environment, or pair (an agent and a server) */
            kind: string;
            /** @description agent|…, linear, linear:create_issue, agent|… → linear; empty for an environment */
            key: string;
            /** @description The name that people know; the key where there is none */
            name: string;
        };
        Alert: {
            /** @description UUID; the same from its opening to its last end */
            id: string;
            /** @enum {string} */
            status: "open" | "acknowledged" | "resolved" | "withdrawn";
            /**
             * @description The highest of what is told together; of what the alert itself found where others are withheld
             * @enum {string}
             */
            severity: "info" | "warning" | "critical";
            rule: string;
            rule_version: string;
            detector: string;
            subject: components["schemas"]["AlertSubject"];
            /** @description For a subject line: of whom, and what was found, by the figures that were told last */
            title: string;
            /** @description The same by the figures of its opening */
            opened_title: string;
            /** @description What was found, as it was said last */
            sentence: string;
            opened_at: string;
            /** @description Of the last step, in the time of the decisions */
            last_at: string;
            /** @enum {string} */
            last_kind: "opened" | "reopened" | "escalated" | "ongoing" | "reminded" | "merged" | "acknowledged" | "confirmed" | "withdrawn" | "resolved" | "changed";
            resolved_at: string | null;
            /** @description Steps so far */
            sequence: number;
            /** @description What observed was counted in, last */
            window: {
                from: string;
                to: string;
            };
            observed: number;
            /** @description null where the rule has no opinion */
            expected: number | null;
            /** @description What observed had to reach */
            bound: number;
            probability: number | null;
            peak: number;
            /** @description Found long after its moment, in decisions that were read late */
            is_late: boolean;
            /**
             * @description Of the window, when it was last judged
             * @enum {string}
             */
            completeness: "proven" | "unproven" | "unread";
            /** @description What kept the last step from being told: silence:ID, or mute:RULE with the time */
            silenced_by: string[];
            /** @description Name of the token, since the alert opened last */
            acknowledged_by: string | null;
            acknowledged_at: string | null;
            /** @description What somebody has asked for and the alerter has not taken up yet */
            pending: components["schemas"]["AlertAction"][];
            /** @description What else has the same cause and is told with it */
            members: number;
            url: string;
            /**
             * @description The token shows a part of the environment: members, their severity and runbook, contributors, pairs, changes, examples and sentences about anything else are left out, if there are any
             * @constant
             */
            withheld?: true;
        };
        AlertStep: {
            /** @description UUID, the same on every channel */
            id: string;
            sequence: number;
            /** @enum {string} */
            kind: "opened" | "reopened" | "escalated" | "ongoing" | "reminded" | "merged" | "acknowledged" | "confirmed" | "withdrawn" | "resolved" | "changed";
            /**
             * @description After it
             * @enum {string}
             */
            status: "open" | "acknowledged" | "resolved" | "withdrawn";
            /** @description The moment that was judged, in the time of the decisions */
            at: string;
            /** @description When it was judged */
            decided_at: string;
            /** @enum {string} */
            severity: "info" | "warning" | "critical";
            /** @description Empty where it is withheld */
            sentence: string;
            /** @description Name of the token of whoever acted; empty for Custody itself */
            actor: string;
            note: string;
            /** @description The alert that it is told with from then on */
            merged_into: string | null;
            silenced_by: string[];
            window: {
                from: string;
                to: string;
            };
            observed: number;
            expected: number | null;
            bound: number;
            probability: number | null;
            is_late: boolean;
            /** @enum {string} */
            completeness: "proven" | "unproven" | "unread";
        };
        WholeAlert: {
            /** @description UUID; the same from its opening to its last end */
            id: string;
            /** @enum {string} */
            status: "open" | "acknowledged" | "resolved" | "withdrawn";
            /**
             * @description The highest of what is told together; of what the alert itself found where others are withheld
             * @enum {string}
             */
            severity: "info" | "warning" | "critical";
            rule: string;
            rule_version: string;
            detector: string;
            subject: components["schemas"]["AlertSubject"];
            /** @description For a subject line: of whom, and what was found, by the figures that were told last */
            title: string;
            /** @description The same by the figures of its opening */
            opened_title: string;
            /** @description What was found, as it was said last */
            sentence: string;
            opened_at: string;
            /** @description Of the last step, in the time of the decisions */
            last_at: string;
            /** @enum {string} */
            last_kind: "opened" | "reopened" | "escalated" | "ongoing" | "reminded" | "merged" | "acknowledged" | "confirmed" | "withdrawn" | "resolved" | "changed";
            resolved_at: string | null;
            /** @description Steps so far */
            sequence: number;
            /** @description What observed was counted in, last */
            window: {
                from: string;
                to: string;
            };
            observed: number;
            /** @description null where the rule has no opinion */
            expected: number | null;
            /** @description What observed had to reach */
            bound: number;
            probability: number | null;
            peak: number;
            /** @description Found long after its moment, in decisions that were read late */
            is_late: boolean;
            /**
             * @description Of the window, when it was last judged
             * @enum {string}
             */
            completeness: "proven" | "unproven" | "unread";
            /** @description What kept the last step from being told: silence:ID, or mute:RULE with the time */
            silenced_by: string[];
            /** @description Name of the token, since the alert opened last */
            acknowledged_by: string | null;
            acknowledged_at: string | null;
            /** @description What somebody has asked for and the alerter has not taken up yet */
            pending: components["schemas"]["AlertAction"][];
            /** @description What else has the same cause and is told with it */
            members: number;
            url: string;
            /**
             * @description The token shows a part of the environment: members, their severity and runbook, contributors, pairs, changes, examples and sentences about anything else are left out, if there are any
             * @constant
             */
            withheld?: true;
            /** @description Its life, the first step first */
            transitions: components["schemas"]["AlertStep"][];
            explanation: {
                /** @description By agent, human, server, tool and reason */
                contributors: {
                    [key: string]: {
                        key: string;
                        name: string;
                        denials: number;
                        /** @description Of the denials of the window */
                        share: number;
                        /** @description Of those of four weeks before; null where there were none */
                        usual_share: number | null;
                        is_new: boolean;
                    }[];
                };
                /** @description agent → server, never seen before */
                new_pairs: string[];
                /** @description Of the same agents, humans and servers, in the half hour before and since */
                grant_changes: {
                    at: string;
                    agent_key: string;
                    human_key: string;
                    server: string;
                    /** @description consent, ceiling, or tool level of a tool */
                    what: string;
                    /** @description Level; empty for none */
                    before: string;
                    after: string;
                }[];
                examples: {
                    decision_id: string;
                    occurred_at: string;
                    agent_key: string;
                    human_key: string;
                    server: string;
                    tool: string;
                    decision: string;
                    reason: string;
                    url: string;
                }[];
                /** @description What else has the same cause; of each kind some, where there are many */
                members: {
                    detector: string;
                    subject: components["schemas"]["AlertSubject"];
                    sentence: string;
                }[];
                /** @description How many more there are */
                other_members: number;
                /** @description Told without what is usual, what is new, examples and changed grants, which would have kept it waiting */
                is_brief: boolean;
                /** @description What would have to be true for it not to be there */
                unless: string;
                runbook: string;
                /** @description Of the environment, when it was last judged */
                read_until: string | null;
                proven_until: string | null;
            };
            /** @description Denials of the subject around the alert, from six hours before to two after its end. expected and bound are by the baseline that the alert keeps, which is the one of its opening, for a day; null where none is known */
            series: {
                from: string;
                to: string;
                bucket_seconds: number;
                /** @description null where the alert is not about denials in a window */
                window_seconds: number | null;
                points: {
                    /** @description Start of the five minutes */
                    at: string;
                    denials: number;
                    decisions: number;
                    /** @description Denials of window_seconds that end with these five minutes: what expected and bound are about */
                    in_window: number | null;
                    expected: number | null;
                    bound: number | null;
                }[];
            };
        };
        AlertsMeta: {
            /** @description Start of the range that was read */
            from: string;
            /** @description Its end, exclusive */
            to: string;
            /** @description Every second of the range equals what the source listed when it was read */
            proven: boolean;
            /** @description Everything before is proven or known to be unreadable */
            proven_until: string | null;
            /** @description Seconds of the range that should have been read and are not proven */
            blind_seconds: number;
            /** @description Seconds of the range that the source cannot list in full */
            unreadable_seconds: number;
            /** @description What was read: sums of each month, day, hour, quarter (of an hour) or five_minutes, and raw decisions; nothing where the answer is not about decisions, and for a token that shows a part of an environment, since what others do there has an hour read otherwise */
            levels: string[];
            /** @description Decisions in here expired: they are not listed, and not counted where no sums have what was asked */
            expired?: {
                from: string;
                to: string;
            };
            elapsed_ms: number;
            /** @description Cursor of the next page; null on the last one */
            next?: string | null;
            /**
             * @description There are more rows than limit let through; without next there is no cursor for them
             * @constant
             */
            truncated?: true;
            /** @description Decisions that may be the asked human’s although it is not known */
            possible?: number;
            /** @description The range of comparison, and what is proven of it */
            compare?: {
                from: string;
                to: string;
                proven: boolean;
                blind_seconds: number;
            };
            /**
             * @description Simulated decisions, no real ones
             * @constant
             */
            demo?: true;
            /** @description Alerts of each status, whatever status is asked for, and of each severity likewise */
            counts: {
                status: {
                    [key: string]: number;
                };
                severity: {
                    [key: string]: number;
                };
            };
        };
        BacktestAlert: {
            id: string;
            rule: string;
            /** @enum {string} */
            detector: "spike" | "sweep" | "privileged_after_denials" | "first_denial" | "deny_rate_step" | "dormant_agent" | "source_silent" | "coverage_lost" | "threshold";
            /**
             * @description The highest that it reached
             * @enum {string}
             */
            severity: "info" | "warning" | "critical";
            subject: {
                env_id: string;
                env_name: string;
                kind: string;
                key: string;
            };
            title: string;
            /** @description What would have been found first */
            sentence: string;
            opened_at: string;
            /** @description null: still open at the end of the range */
            resolved_at: string | null;
            peak: number;
            /**
             * @description Of the window, as it is known now
             * @enum {string}
             */
            completeness: "proven" | "unproven" | "unread";
            /** @description How often it would have been told of what */
            steps: {
                [key: string]: number;
            };
            /** @description What else had the same cause and would have been told with it */
            members: number;
            /** @description Nobody would have been told: its rules were muted */
            muted: boolean;
            /** @description The alert that it would have become part of */
            merged_into: string | null;
        };
        Backtest: {
            /** @description Would have fired 3 times in 30 days: … */
            sentence: string;
            fired: number;
            per_day: number;
            /** @description Of those, how many at a time at which nobody is told */
            muted: number;
            rules: {
                rule: string;
                fired: number;
                per_day: number;
                /** @description False alerts a day */
                budget: number;
            }[];
            /** @description In the order of their opening, the first 1,000 */
            alerts: components["schemas"]["BacktestAlert"][];
            /**
             * @description There are more alerts than are listed
             * @constant
             */
            truncated?: true;
            /** @description What the rules watch and a back-test cannot judge: it needs more than is kept of the past */
            left_out: {
                rule: string;
                /** @enum {string} */
                detector: "spike" | "sweep" | "privileged_after_denials" | "first_denial" | "deny_rate_step" | "dormant_agent" | "source_silent" | "coverage_lost" | "threshold";
            }[];
            /** @description Moments that were judged; at all other minutes nothing could have happened */
            looks: number;
            /** @description Minutes of the range */
            minutes: number;
        };
        RuleFault: {
            /** @description Where, such as rules[2].scope.agent; empty for the whole */
            path: string;
            line: number | null;
            wrong: string;
            /** @description What would be right */
            right: string;
        };
        Rule: {
            name: string;
            /** @description Of what it says: 16 hexadecimal digits, the same for the same rule */
            version: string;
            /**
             * @description default: it comes with Custody; file: it stands in the file; api: made over the API
             * @enum {string}
             */
            origin: "default" | "api" | "file";
            /** @description Where else there is a rule of this name, which does not run */
            stands_in_for: ("default" | "api" | "file")[];
            /** @description It is changed in the file that it stands in */
            read_only: boolean;
            file: string | null;
            line: number | null;
            /** @description Of a rule of the API */
            changed_at: string | null;
            /** @description Name of the token */
            changed_by: string | null;
            enabled: boolean;
            description: string;
            detectors: ("spike" | "sweep" | "privileged_after_denials" | "first_denial" | "deny_rate_step" | "dormant_agent" | "source_silent" | "coverage_lost" | "threshold")[];
            /** @description What it looks at; an empty list lets everything through */
            scope: {
                env: string[];
                agent: string[];
                human: string[];
                server: string[];
                tool: string[];
                reason: string[];
                /** @description Whose counts spike watches */
                kinds: ("agent" | "human" | "server" | "tool" | "reason" | "environment")[];
            };
            /** @description False alerts a day that it may have */
            budget: number;
            /** @description By detector */
            severity: {
                [key: string]: "info" | "warning" | "critical";
            };
            runbook: string;
            /** @description When nobody is told */
            mute: {
                days: string[];
                from: string;
                to: string;
                zone: string;
                text: string;
            }[];
            /** @description Now */
            is_muted: boolean;
            /** @description Names of those that are told; null: all */
            channels: string[] | null;
            threshold: {
                at_least: number;
                within_seconds: number;
                /** @enum {string} */
                per: "agent" | "human" | "server" | "tool" | "reason" | "environment";
            } | null;
            alert: {
                resolve_after_seconds: number;
                reopen_within_seconds: number;
                /** @description As many times as what was told last is told again */
                escalate_at: number;
                remind_every_seconds: number;
            };
            /** @description As it was written: what PUT takes */
            document: {
                [key: string]: unknown;
            };
        };
        RuleVersion: {
            changed_at: string;
            /** @description Name of the token */
            changed_by: string;
            /** @description null: it was deleted */
            version: string | null;
            document: {
                [key: string]: unknown;
            } | null;
        };
        WholeRule: {
            name: string;
            /** @description Of what it says: 16 hexadecimal digits, the same for the same rule */
            version: string;
            /**
             * @description default: it comes with Custody; file: it stands in the file; api: made over the API
             * @enum {string}
             */
            origin: "default" | "api" | "file";
            /** @description Where else there is a rule of this name, which does not run */
            stands_in_for: ("default" | "api" | "file")[];
            /** @description It is changed in the file that it stands in */
            read_only: boolean;
            file: string | null;
            line: number | null;
            /** @description Of a rule of the API */
            changed_at: string | null;
            /** @description Name of the token */
            changed_by: string | null;
            enabled: boolean;
            description: string;
            detectors: ("spike" | "sweep" | "privileged_after_denials" | "first_denial" | "deny_rate_step" | "dormant_agent" | "source_silent" | "coverage_lost" | "threshold")[];
            /** @description What it looks at; an empty list lets everything through */
            scope: {
                env: string[];
                agent: string[];
                human: string[];
                server: string[];
                tool: string[];
                reason: string[];
                /** @description Whose counts spike watches */
                kinds: ("agent" | "human" | "server" | "tool" | "reason" | "environment")[];
            };
            /** @description False alerts a day that it may have */
            budget: number;
            /** @description By detector */
            severity: {
                [key: string]: "info" | "warning" | "critical";
            };
            runbook: string;
            /** @description When nobody is told */
            mute: {
                days: string[];
                from: string;
                to: string;
                zone: string;
                text: string;
            }[];
            /** @description Now */
            is_muted: boolean;
            /** @description Names of those that are told; null: all */
            channels: string[] | null;
            threshold: {
                at_least: number;
                within_seconds: number;
                /** @enum {string} */
                per: "agent" | "human" | "server" | "tool" | "reason" | "environment";
            } | null;
            alert: {
                resolve_after_seconds: number;
                reopen_within_seconds: number;
                /** @description As many times as what was told last is told again */
                escalate_at: number;
                remind_every_seconds: number;
            };
            /** @description As it was written: what PUT takes */
            document: {
                [key: string]: unknown;
            };
            /** @description What became of it over the API, the last change first */
            versions: components["schemas"]["RuleVersion"][];
        };
        CoveredHour: {
            env_id: string;
            env_name: string;
            /** @description Its start; hours are of UTC */
            hour: string;
            /**
             * @description complete, empty, incomplete: as its seal says. changed: to be sealed again. blind: older than the lateness, and not proven. unreadable: the source cannot list it in full. open: too young to be proven. unsealed: proven, and not sealed yet
             * @enum {string}
             */
            state: "complete" | "empty" | "incomplete" | "changed" | "blind" | "unreadable" | "open" | "unsealed";
            /** @description Why it is neither complete nor empty, in words; empty where it is */
            why: string;
            /** @description As the newest seal says; null: never sealed */
            decisions: number | null;
            /** @description Of the newest seal; 0: never sealed */
            revision: number;
            /** @description Its decisions are kept as sums only */
            raw_expired: boolean;
            open_seconds: number;
            blind_seconds: number;
            unreadable_seconds: number;
        };
        Chain: {
            human: {
                /** @description Empty unless it is exactly one */
                key: string;
                name: string;
                email: string;
                candidates: string[];
                attribution: string;
                evidence: string;
                /** @description The link in words */
                sentence: string;
            };
            consent: {
                level: string;
                consented_at: string | null;
                /** @description Grants that may have held at the moment, as they are known now */
                grants: {
                    env_id: string;
                    /** @enum {string} */
                    kind: "consent" | "ceiling" | "tool_level";
                    grant_id: string;
                    agent_key: string;
                    agent_name: string;
                    human_key: string;
                    human_name: string;
                    server: string;
                    tool: string;
                    level: string;
                    valid_from: string | null;
                    first_seen: string;
                    last_seen: string;
                    first_missing: string | null;
                    /** @description In the newest listing */
                    active: boolean;
                }[];
                /** @description The link in words */
                sentence: string;
            };
            ceiling: {
                level: string;
                /** @description Grants that may have held at the moment, as they are known now */
                grants: {
                    env_id: string;
                    /** @enum {string} */
                    kind: "consent" | "ceiling" | "tool_level";
                    grant_id: string;
                    agent_key: string;
                    agent_name: string;
                    human_key: string;
                    human_name: string;
                    server: string;
                    tool: string;
                    level: string;
                    valid_from: string | null;
                    first_seen: string;
                    last_seen: string;
                    first_missing: string | null;
                    /** @description In the newest listing */
                    active: boolean;
                }[];
            };
            agent: {
                key: string;
                name: string;
                /** @description The link in words */
                sentence: string;
            };
            call: {
                tool: string;
                server: string;
                resource: string;
                tenant: string;
                required_level: string;
                /** @description Levels that the tool may have required at the moment */
                grants: {
                    env_id: string;
                    /** @enum {string} */
                    kind: "consent" | "ceiling" | "tool_level";
                    grant_id: string;
                    agent_key: string;
                    agent_name: string;
                    human_key: string;
                    human_name: string;
                    server: string;
                    tool: string;
                    level: string;
                    valid_from: string | null;
                    first_seen: string;
                    last_seen: string;
                    first_missing: string | null;
                    /** @description In the newest listing */
                    active: boolean;
                }[];
                decision: string;
                /** @description Why it was allowed or denied */
                sentence: string;
            };
        };
        DerivedRoles: {
            roles: {
                role: string;
                resource: string;
                /** @description Whether it let the call pass */
                allowing: boolean;
                reason: string;
                sources: {
                    /** @description role_assignment, or role_derivation from a role on another resource */
                    type: string;
                    role: string;
                    resource: string;
                    relation: string;
                    /** @description Key of the human whose profile the resource is; empty for others */
                    human: string;
                }[];
            }[];
            /**
             * @description Why there are none; empty where there are
             * @enum {string}
             */
            absent: "" | "none_derived" | "debug_off" | "other_engine" | "not_read" | "expired" | "not_kept" | "not_an_entry";
            /** @description The same in words */
            sentence: string;
        };
        DecisionSeal: {
            hour: string;
            /** @enum {string} */
            state: "complete" | "empty" | "incomplete" | "open";
            /** @description 0 while the hour is open */
            revision: number;
            /** @description SHA-256 of the newest seal; empty while the hour is open */
            digest: string;
            sealed_at: string | null;
            /** @description Nothing was stored or changed in the hour since */
            is_current: boolean;
            /** @description Why it is incomplete */
            reasons: string[];
            /** @description The same in words, and why it is open */
            sentence: string;
        };
        Remedies: {
            /** @description Of the range: the sum of the five that follow */
            denials: number;
            /** @description One change of a consent or a ceiling would have removed them */
            one_level: number;
            /** @description One change would have, but none of levels */
            one_other: number;
            /** @description Need two changes */
            two: number;
            /** @description No change can be named; unmended says why */
            none: number;
            /** @description Not looked at: there are more than 50000 kinds of denials in the range */
            unexamined: number;
            /** @description What would have removed most denials first */
            changes: {
                /** @description As in the remedies of one denial */
                code: string;
                /** @description What has to change, in words */
                sentence: string;
                /** @description What has to hold beside it; empty where the known levels say that it is enough */
                assumes: string;
                human: string;
                agent: string;
                server: string;
                tool: string;
                tenant: string;
                resource: string;
                /** @description The least level that would do; empty where it is not about a level or that is not known */
                level: string;
                /** @description Denials of the range that it alone would have removed: those of lower levels of the same change too */
                removes: number;
                /** @description Further denials of the range that need it and another change */
                helps: number;
                first_seen: string;
                last_seen: string;
                /** @description The newest of those denials */
                last_decision_id: string;
            }[];
            pairs: {
                /** @description Changes that are needed together */
                sentences: string[];
                human: string;
                agent: string;
                server: string;
                level: string;
                /** @description Denials of the range that need both */
                removes: number;
            }[];
            unmended: {
                code: string;
                sentence: string;
                denials: number;
            }[];
        };
        Silence: {
            id: string;
            /**
             * @description pending: it has yet to begin; ended: somebody ended it; expired: it came to its end
             * @enum {string}
             */
            state: "pending" | "active" | "ended" | "expired";
            /** @description Labels of alerts with filters: every label that it names has to fit */
            matcher: {
                [key: string]: string | string[];
            };
            reason: string;
            starts_at: string;
            /** @description Exclusive; of one that was ended the moment of that */
            ends_at: string;
            created_at: string;
            /** @description Name of the token */
            created_by: string;
            ended_by: string | null;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    complianceReport: {
        parameters: {
            query?: {
                /** @description Start, inclusive: RFC 3339, a date, today, now, or a time ago like -24h or -30d. Default -30d. */
                from?: string;
                /** @description End, exclusive: RFC 3339, a date, today, now, or a time ago like -24h or -30d. Default now. */
                to?: string;
                /** @description Environment, by id or key. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                env?: string | string[];
                /** @description Agent, by key, bare id or name; several agents of one name are listed (409), never guessed. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                agent?: string | string[];
                /** @description Human, by key, bare id, e-mail or name. What only may be theirs is in the report too, apart */
                human?: string | string[];
                /** @description MCP server, as linear or linear:linear. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                server?: string | string[];
                /** @description IANA time zone of the page, of today and of dates. Default UTC. */
                tz?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/zip": string;
                };
            };
            /** @description A parameter that the operation does not have, or a value that cannot be understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token does not allow it, or no token is asked for and the name is not this machine’s own */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A name that several have, whose matches are listed, or what is asked cannot be done as things stand */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token has used what it may for now, or as many exports as may be at once are under way; see Retry-After */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The store does not answer; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDecisions: {
        parameters: {
            query?: {
                /** @description Start, inclusive: RFC 3339, a date, today, now, or a time ago like -24h or -30d. Default -24h. */
                from?: string;
                /** @description End, exclusive: RFC 3339, a date, today, now, or a time ago like -24h or -30d. Default now. */
                to?: string;
                /** @description Environment, by id or key. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                env?: string | string[];
                /** @description Agent, by key, bare id or name; several agents of one name are listed (409), never guessed. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                agent?: string | string[];
                /** @description Human, by key, bare id, e-mail or name; what is surely theirs, see include. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                human?: string | string[];
                /** @description MCP server, as linear or linear:linear. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                server?: string | string[];
                /** @description Tool. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                tool?: string | string[];
                /** @description allow, deny or unknown. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                decision?: string | string[];
                /** @description Why it was denied. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                reason_code?: string | string[];
                /** @description exact, inferred, ambiguous, unknown or none. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                attribution?: string | string[];
                /** @description low, medium or high. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                trust_level?: string | string[];
                /** @description Text in the reason, upper and lower case alike */
                q?: string;
                /** @description possible: with human=, also what may be theirs, marked; meta.possible counts it in any case */
                include?: "possible";
                /** @description IANA time zone for today, dates, buckets and hours of the day. Default UTC. */
                tz?: string;
                /** @description json: pages. csv, ndjson, parquet: all rows of the range as one file, newest first, streamed; without format= the Accept header chooses. Columns are those of the view custody.decisions; times are UTC; human_candidates is a list (in CSV JSON, nothing where empty). In CSV (RFC 4180, UTF-8) a cell that begins with = + - @ tab, a line break or ' has a ' in front, so that no spreadsheet runs it: taking a leading ' off gives the value. Headers x-custody-… say what meta says elsewhere. An export takes no cursor. A file that broke off is known by its connection: it ends without its last chunk. */
                format?: "json" | "csv" | "ndjson" | "parquet";
                /** @description Most rows of a page: 1 to 1000, default 100. Of an export: default all */
                limit?: string;
                /** @description meta.next of the page before; its range stays as it was */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            decision_id: string;
                            occurred_at: string;
                            env_id: string;
                            env_name: string;
                            tenant: string;
                            agent_key: string;
                            agent_name: string;
                            human_key: string;
                            human_name: string;
                            human_email: string;
                            human_candidates: string[];
                            attribution: string;
                            evidence: string;
                            server: string;
                            resource: string;
                            tool: string;
                            /** @enum {string} */
                            decision: "allow" | "deny" | "unknown";
                            reason: string;
                            reason_code: string;
                            trust_level: string;
                            ceiling_level: string;
                            required_level: string;
                            ingested_at: string;
                            /**
                             * @description The asked human is one of several who fit
                             * @enum {boolean}
                             */
                            possible?: true;
                        }[];
                        meta: components["schemas"]["Meta"];
                    };
                    "text/csv; charset=utf-8; header=present": string;
                    "application/x-ndjson": string;
                    "application/vnd.apache.parquet": string;
                };
            };
            /** @description The answer is still the one that If-None-Match names */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter that the operation does not have, or a value that cannot be understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token does not allow it, or no token is asked for and the name is not this machine’s own */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A name that several have, whose matches are listed, or what is asked cannot be done as things stand */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token has used what it may for now, or as many exports as may be at once are under way; see Retry-After */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The store does not answer; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDecision: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUID, with or without hyphens */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            decision_id: string;
                            occurred_at: string;
                            env_id: string;
                            env_name: string;
                            tenant: string;
                            agent_key: string;
                            agent_name: string;
                            human_key: string;
                            human_name: string;
                            human_email: string;
                            human_candidates: string[];
                            attribution: string;
                            evidence: string;
                            server: string;
                            resource: string;
                            tool: string;
                            /** @enum {string} */
                            decision: "allow" | "deny" | "unknown";
                            reason: string;
                            reason_code: string;
                            trust_level: string;
                            ceiling_level: string;
                            required_level: string;
                            ingested_at: string;
                            consent_id: string;
                            consented_at: string | null;
                            evidence_humans: string[];
                            chain: components["schemas"]["Chain"];
                            trust: {
                                /** @description The level that the human gave the agent; empty when unknown */
                                consent: string;
                                /** @description The most that the admin allows the human */
                                ceiling: string;
                                /** @description The lower of the two */
                                effective: string;
                                /** @description What the tool asks for */
                                required: string;
                                /** @description effective ≥ required; null when one of them is unknown */
                                sufficient: boolean | null;
                                /**
                                 * @description Which of the two is the lower one; empty when one of them is unknown
                                 * @enum {string}
                                 */
                                limited_by: "consent" | "ceiling" | "both" | "";
                                /** @description The same in words */
                                sentence: string;
                            };
                            /** @description Why it was denied and what has to change; null where it was not denied */
                            denial: components["schemas"]["Denial"] | null;
                            derived_roles: components["schemas"]["DerivedRoles"];
                            /** @description The check in the words of Permit’s SDK, to be copied and made again */
                            check: string;
                            /** @description null for a token that shows a part of the environment only */
                            seal: components["schemas"]["DecisionSeal"] | null;
                            /** @description The audit log entry as Permit sent it, verbatim; null where it expired or is not kept */
                            entry: string | null;
                        };
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description A parameter that the operation does not have, or a value that cannot be understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token does not allow it, or no token is asked for and the name is not this machine’s own */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token has used what it may for now, or as many exports as may be at once are under way; see Retry-After */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The store does not answer; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    streamDecisions: {
        parameters: {
            query?: {
                /** @description Environment, by id or key. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                env?: string | string[];
                /** @description Agent, by key, bare id or name; several agents of one name are listed (409), never guessed. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                agent?: string | string[];
                /** @description Human, by key, bare id, e-mail or name; what is surely theirs, see include. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                human?: string | string[];
                /** @description MCP server, as linear or linear:linear. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                server?: string | string[];
                /** @description Tool. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                tool?: string | string[];
                /** @description allow, deny or unknown. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                decision?: string | string[];
                /** @description Why it was denied. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                reason_code?: string | string[];
                /** @description exact, inferred, ambiguous, unknown or none. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                attribution?: string | string[];
                /** @description low, medium or high. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                trust_level?: string | string[];
                /** @description Text in the reason, upper and lower case alike */
                q?: string;
                /** @description possible: with human=, also what may be theirs, marked; meta.possible counts it in any case */
                include?: "possible";
                /** @description The id of an event: the stream goes on after it. The header Last-Event-ID goes before it. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description A parameter that the operation does not have, or a value that cannot be understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token does not allow it, or no token is asked for and the name is not this machine’s own */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A name that several have, whose matches are listed, or what is asked cannot be done as things stand */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The store does not answer; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    aggregate: {
        parameters: {
            query?: {
                /** @description Start, inclusive: RFC 3339, a date, today, now, or a time ago like -24h or -30d. Default -24h. */
                from?: string;
                /** @description End, exclusive: RFC 3339, a date, today, now, or a time ago like -24h or -30d. Default now. */
                to?: string;
                /** @description Environment, by id or key. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                env?: string | string[];
                /** @description Agent, by key, bare id or name; several agents of one name are listed (409), never guessed. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                agent?: string | string[];
                /** @description Human, by key, bare id, e-mail or name; what is surely theirs, see include. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                human?: string | string[];
                /** @description MCP server, as linear or linear:linear. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                server?: string | string[];
                /** @description Tool. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                tool?: string | string[];
                /** @description allow, deny or unknown. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                decision?: string | string[];
                /** @description Why it was denied. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                reason_code?: string | string[];
                /** @description exact, inferred, ambiguous, unknown or none. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                attribution?: string | string[];
                /** @description low, medium or high. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                trust_level?: string | string[];
                /** @description Text in the reason, upper and lower case alike */
                q?: string;
                /** @description possible: with human=, also what may be theirs, marked; meta.possible counts it in any case */
                include?: "possible";
                /** @description IANA time zone for today, dates, buckets and hours of the day. Default UTC. */
                tz?: string;
                /** @description Comma-separated: decisions, denials, undecided, deny_rate, agents, humans, servers, tools, first_seen, last_seen. Default decisions,denials,deny_rate. */
                measures?: string | string[];
                /** @description Comma-separated: env, agent, human, server, tool, decision, reason_code, attribution, trust_level, hour_of_day, day_of_week. hour_of_day is 0 to 23, day_of_week 1 (Monday) to 7, both in tz. */
                group_by?: string | string[];
                /** @description previous: also the range of the same length just before; last_week: the same local time a week earlier. Each row gets compare, with the same measures of that range; meta.compare says which it is and what is proven of it. */
                compare?: "previous" | "last_week";
                /** @description A measure or group-by name, with - in front for descending. Default: the first measure, descending. */
                order?: string;
                /** @description The first groups only, in the given order: 1 to 10000 */
                top?: string;
                /** @description row: with group_by= and top=, a last row (in trends one a bucket) with other: true and the same measures of all groups that top= leaves out, where there are any */
                other?: "row";
                /** @description Most rows: 1 to 10000, default 1000 */
                limit?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            [key: string]: (string | number | null) | true | {
                                [key: string]: string | number | null;
                            };
                        }[];
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description The answer is still the one that If-None-Match names */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter that the operation does not have, or a value that cannot be understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token does not allow it, or no token is asked for and the name is not this machine’s own */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A name that several have, whose matches are listed, or what is asked cannot be done as things stand */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token has used what it may for now, or as many exports as may be at once are under way; see Retry-After */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The store does not answer; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    trends: {
        parameters: {
            query?: {
                /** @description Start, inclusive: RFC 3339, a date, today, now, or a time ago like -24h or -30d. Default -24h. */
                from?: string;
                /** @description End, exclusive: RFC 3339, a date, today, now, or a time ago like -24h or -30d. Default now. */
                to?: string;
                /** @description Environment, by id or key. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                env?: string | string[];
                /** @description Agent, by key, bare id or name; several agents of one name are listed (409), never guessed. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                agent?: string | string[];
                /** @description Human, by key, bare id, e-mail or name; what is surely theirs, see include. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                human?: string | string[];
                /** @description MCP server, as linear or linear:linear. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                server?: string | string[];
                /** @description Tool. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                tool?: string | string[];
                /** @description allow, deny or unknown. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                decision?: string | string[];
                /** @description Why it was denied. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                reason_code?: string | string[];
                /** @description exact, inferred, ambiguous, unknown or none. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                attribution?: string | string[];
                /** @description low, medium or high. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                trust_level?: string | string[];
                /** @description Text in the reason, upper and lower case alike */
                q?: string;
                /** @description possible: with human=, also what may be theirs, marked; meta.possible counts it in any case */
                include?: "possible";
                /** @description IANA time zone for today, dates, buckets and hours of the day. Default UTC. */
                tz?: string;
                /** @description Comma-separated: decisions, denials, undecided, deny_rate, agents, humans, servers, tools, first_seen, last_seen. Default decisions,denials,deny_rate. */
                measures?: string | string[];
                /** @description Comma-separated: env, agent, human, server, tool, decision, reason_code, attribution, trust_level, hour_of_day, day_of_week. hour_of_day is 0 to 23, day_of_week 1 (Monday) to 7, both in tz. */
                group_by?: string | string[];
                /** @description previous: also the range of the same length just before; last_week: the same local time a week earlier. Each row gets compare, with the same measures of that range; meta.compare says which it is and what is proven of it. */
                compare?: "previous" | "last_week";
                /** @description A measure or group-by name, with - in front for descending. Default: the first measure, descending. */
                order?: string;
                /** @description Size of the buckets, which begin in tz. Default hour. */
                bucket?: "minute" | "5m" | "15m" | "hour" | "day" | "week" | "month";
                /** @description The first groups only, in the given order over the whole range: 1 to 1000 */
                top?: string;
                /** @description row: with group_by= and top=, a last row (in trends one a bucket) with other: true and the same measures of all groups that top= leaves out, where there are any */
                other?: "row";
                /** @description Most rows: 1 to 50000, default 50000 */
                limit?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            [key: string]: (string | number | null) | true | {
                                [key: string]: string | number | null;
                            };
                        }[];
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description The answer is still the one that If-None-Match names */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter that the operation does not have, or a value that cannot be understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token does not allow it, or no token is asked for and the name is not this machine’s own */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A name that several have, whose matches are listed, or what is asked cannot be done as things stand */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token has used what it may for now, or as many exports as may be at once are under way; see Retry-After */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The store does not answer; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listChains: {
        parameters: {
            query?: {
                /** @description Start, inclusive: RFC 3339, a date, today, now, or a time ago like -24h or -30d. Default -24h. */
                from?: string;
                /** @description End, exclusive: RFC 3339, a date, today, now, or a time ago like -24h or -30d. Default now. */
                to?: string;
                /** @description Environment, by id or key. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                env?: string | string[];
                /** @description Agent, by key, bare id or name; several agents of one name are listed (409), never guessed. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                agent?: string | string[];
                /** @description Human, by key, bare id, e-mail or name; what is surely theirs, see include. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                human?: string | string[];
                /** @description MCP server, as linear or linear:linear. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                server?: string | string[];
                /** @description Tool. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                tool?: string | string[];
                /** @description allow, deny or unknown. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                decision?: string | string[];
                /** @description Why it was denied. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                reason_code?: string | string[];
                /** @description exact, inferred, ambiguous, unknown or none. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                attribution?: string | string[];
                /** @description low, medium or high. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                trust_level?: string | string[];
                /** @description Text in the reason, upper and lower case alike */
                q?: string;
                /** @description possible: with human=, also what may be theirs, marked; meta.possible counts it in any case */
                include?: "possible";
                /** @description IANA time zone for today, dates, buckets and hours of the day. Default UTC. */
                tz?: string;
                /** @description Most rows: 1 to 10000, default 1000 */
                limit?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** @description Key of whoever called, a human too */
                            agent: string;
                            agent_name: string;
                            /** @description Key of the human who had authorized it; empty where that is not exactly one */
                            human: string;
                            human_name: string;
                            human_email: string;
                            /**
                             * @description own: the human called; authorized: the agent acted for this human; possible: for one of several who fit; unknown: for nobody that is known; none: no human is involved
                             * @enum {string}
                             */
                            relation: "own" | "authorized" | "possible" | "unknown" | "none";
                            server: string;
                            decisions: number;
                            allowed: number;
                            denied: number;
                            /** @description The source does not say */
                            undecided: number;
                            /** @description Of the decisions: those whose human is known for certain (attribution exact) */
                            exact: number;
                            tools: number;
                            first_seen: string;
                            last_seen: string;
                        }[];
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description A parameter that the operation does not have, or a value that cannot be understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token does not allow it, or no token is asked for and the name is not this machine’s own */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A name that several have, whose matches are listed, or what is asked cannot be done as things stand */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token has used what it may for now, or as many exports as may be at once are under way; see Retry-After */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The store does not answer; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listRemedies: {
        parameters: {
            query?: {
                /** @description Start, inclusive: RFC 3339, a date, today, now, or a time ago like -24h or -30d. Default -24h. */
                from?: string;
                /** @description End, exclusive: RFC 3339, a date, today, now, or a time ago like -24h or -30d. Default now. */
                to?: string;
                /** @description Environment, by id or key. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                env?: string | string[];
                /** @description Agent, by key, bare id or name; several agents of one name are listed (409), never guessed. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                agent?: string | string[];
                /** @description Human, by key, bare id, e-mail or name; what is surely theirs, see include. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                human?: string | string[];
                /** @description MCP server, as linear or linear:linear. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                server?: string | string[];
                /** @description Tool. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                tool?: string | string[];
                /** @description Why it was denied. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                reason_code?: string | string[];
                /** @description exact, inferred, ambiguous, unknown or none. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                attribution?: string | string[];
                /** @description low, medium or high. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                trust_level?: string | string[];
                /** @description Text in the reason, upper and lower case alike */
                q?: string;
                /** @description possible: with human=, also what may be theirs, marked; meta.possible counts it in any case */
                include?: "possible";
                /** @description IANA time zone for today, dates, buckets and hours of the day. Default UTC. */
                tz?: string;
                /** @description Most changes, and most pairs: 1 to 1000, default 100 */
                limit?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Remedies"];
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description A parameter that the operation does not have, or a value that cannot be understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token does not allow it, or no token is asked for and the name is not this machine’s own */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A name that several have, whose matches are listed, or what is asked cannot be done as things stand */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token has used what it may for now, or as many exports as may be at once are under way; see Retry-After */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The store does not answer; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAgents: {
        parameters: {
            query?: {
                /** @description Start, inclusive: RFC 3339, a date, today, now, or a time ago like -24h or -30d. Default -24h. */
                from?: string;
                /** @description End, exclusive: RFC 3339, a date, today, now, or a time ago like -24h or -30d. Default now. */
                to?: string;
                /** @description Environment, by id or key. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                env?: string | string[];
                /** @description Agent, by key, bare id or name; several agents of one name are listed (409), never guessed. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                agent?: string | string[];
                /** @description Human, by key, bare id, e-mail or name; what is surely theirs, see include. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                human?: string | string[];
                /** @description MCP server, as linear or linear:linear. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                server?: string | string[];
                /** @description Tool. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                tool?: string | string[];
                /** @description allow, deny or unknown. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                decision?: string | string[];
                /** @description Why it was denied. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                reason_code?: string | string[];
                /** @description exact, inferred, ambiguous, unknown or none. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                attribution?: string | string[];
                /** @description low, medium or high. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                trust_level?: string | string[];
                /** @description Text in the reason, upper and lower case alike */
                q?: string;
                /** @description possible: with human=, also what may be theirs, marked; meta.possible counts it in any case */
                include?: "possible";
                /** @description IANA time zone for today, dates, buckets and hours of the day. Default UTC. */
                tz?: string;
                /** @description Most rows: 1 to 10000, default 100 */
                limit?: string;
                /** @description meta.next of the page before; its range stays as it was */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            agent: string;
                            name: string;
                            decisions: number;
                            denials: number;
                            /** @description The source does not say */
                            undecided: number;
                            tools: number;
                            first_seen: string;
                            last_seen: string;
                            humans: number;
                            servers: number;
                        }[];
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description The answer is still the one that If-None-Match names */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter that the operation does not have, or a value that cannot be understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token does not allow it, or no token is asked for and the name is not this machine’s own */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A name that several have, whose matches are listed, or what is asked cannot be done as things stand */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token has used what it may for now, or as many exports as may be at once are under way; see Retry-After */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The store does not answer; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAgent: {
        parameters: {
            query?: {
                /** @description Start, inclusive: RFC 3339, a date, today, now, or a time ago like -24h or -30d. Default -30d. */
                from?: string;
                /** @description End, exclusive: RFC 3339, a date, today, now, or a time ago like -24h or -30d. Default now. */
                to?: string;
                /** @description Environment, by id or key. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                env?: string | string[];
                /** @description IANA time zone for today, dates, buckets and hours of the day. Default UTC. */
                tz?: string;
            };
            header?: never;
            path: {
                /** @description Key, bare id, e-mail or name */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            agent: string;
                            name: string;
                            decisions: number;
                            denials: number;
                            /** @description The source does not say */
                            undecided: number;
                            tools: number;
                            first_seen: string | null;
                            last_seen: string | null;
                            humans: number;
                            servers: number;
                            /** @description Decisions and denials over the range, in buckets that suit its length */
                            trend: {
                                /** @enum {string} */
                                bucket: "minute" | "5m" | "15m" | "hour" | "day" | "week" | "month";
                                /** @description Empty buckets included */
                                rows: {
                                    bucket: string;
                                    decisions: number;
                                    denials: number;
                                }[];
                            };
                            /** @description Seen together in the range, the busiest 100 of each, with the counts of what they did together */
                            connected: {
                                humans: {
                                    human: string;
                                    name: string;
                                    email: string;
                                    decisions: number;
                                    denials: number;
                                    /** @description The source does not say */
                                    undecided: number;
                                    tools: number;
                                    first_seen: string;
                                    last_seen: string;
                                    agents: number;
                                    servers: number;
                                }[];
                                servers: {
                                    server: string;
                                    decisions: number;
                                    denials: number;
                                    /** @description The source does not say */
                                    undecided: number;
                                    tools: number;
                                    first_seen: string;
                                    last_seen: string;
                                    agents: number;
                                    humans: number;
                                }[];
                                tools: {
                                    server: string;
                                    tool: string;
                                    decisions: number;
                                    denials: number;
                                    undecided: number;
                                    last_seen: string;
                                }[];
                            };
                            /** @description Where the rest of it is; add from= and to=. access_changes is the history of its grants and verdicts. */
                            links: {
                                decisions: string;
                                trends: string;
                                chains: string;
                                access_changes: string;
                            };
                            consents: {
                                env_id: string;
                                /** @enum {string} */
                                kind: "consent" | "ceiling" | "tool_level";
                                grant_id: string;
                                agent_key: string;
                                agent_name: string;
                                human_key: string;
                                human_name: string;
                                server: string;
                                tool: string;
                                level: string;
                                valid_from: string | null;
                                first_seen: string;
                                last_seen: string;
                                first_missing: string | null;
                                /** @description In the newest listing */
                                active: boolean;
                            }[];
                            ceilings: {
                                env_id: string;
                                /** @enum {string} */
                                kind: "consent" | "ceiling" | "tool_level";
                                grant_id: string;
                                agent_key: string;
                                agent_name: string;
                                human_key: string;
                                human_name: string;
                                server: string;
                                tool: string;
                                level: string;
                                valid_from: string | null;
                                first_seen: string;
                                last_seen: string;
                                first_missing: string | null;
                                /** @description In the newest listing */
                                active: boolean;
                            }[];
                            tool_levels: {
                                env_id: string;
                                /** @enum {string} */
                                kind: "consent" | "ceiling" | "tool_level";
                                grant_id: string;
                                agent_key: string;
                                agent_name: string;
                                human_key: string;
                                human_name: string;
                                server: string;
                                tool: string;
                                level: string;
                                valid_from: string | null;
                                first_seen: string;
                                last_seen: string;
                                first_missing: string | null;
                                /** @description In the newest listing */
                                active: boolean;
                            }[];
                        };
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description A parameter that the operation does not have, or a value that cannot be understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token does not allow it, or no token is asked for and the name is not this machine’s own */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A name that several have, whose matches are listed, or what is asked cannot be done as things stand */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token has used what it may for now, or as many exports as may be at once are under way; see Retry-After */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The store does not answer; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listHumans: {
        parameters: {
            query?: {
                /** @description Start, inclusive: RFC 3339, a date, today, now, or a time ago like -24h or -30d. Default -24h. */
                from?: string;
                /** @description End, exclusive: RFC 3339, a date, today, now, or a time ago like -24h or -30d. Default now. */
                to?: string;
                /** @description Environment, by id or key. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                env?: string | string[];
                /** @description Agent, by key, bare id or name; several agents of one name are listed (409), never guessed. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                agent?: string | string[];
                /** @description Human, by key, bare id, e-mail or name; what is surely theirs, see include. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                human?: string | string[];
                /** @description MCP server, as linear or linear:linear. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                server?: string | string[];
                /** @description Tool. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                tool?: string | string[];
                /** @description allow, deny or unknown. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                decision?: string | string[];
                /** @description Why it was denied. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                reason_code?: string | string[];
                /** @description exact, inferred, ambiguous, unknown or none. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                attribution?: string | string[];
                /** @description low, medium or high. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                trust_level?: string | string[];
                /** @description Text in the reason, upper and lower case alike */
                q?: string;
                /** @description possible: with human=, also what may be theirs, marked; meta.possible counts it in any case */
                include?: "possible";
                /** @description IANA time zone for today, dates, buckets and hours of the day. Default UTC. */
                tz?: string;
                /** @description Most rows: 1 to 10000, default 100 */
                limit?: string;
                /** @description meta.next of the page before; its range stays as it was */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            human: string;
                            name: string;
                            email: string;
                            decisions: number;
                            denials: number;
                            /** @description The source does not say */
                            undecided: number;
                            tools: number;
                            first_seen: string;
                            last_seen: string;
                            agents: number;
                            servers: number;
                        }[];
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description The answer is still the one that If-None-Match names */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter that the operation does not have, or a value that cannot be understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token does not allow it, or no token is asked for and the name is not this machine’s own */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A name that several have, whose matches are listed, or what is asked cannot be done as things stand */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token has used what it may for now, or as many exports as may be at once are under way; see Retry-After */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The store does not answer; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getHuman: {
        parameters: {
            query?: {
                /** @description Start, inclusive: RFC 3339, a date, today, now, or a time ago like -24h or -30d. Default -30d. */
                from?: string;
                /** @description End, exclusive: RFC 3339, a date, today, now, or a time ago like -24h or -30d. Default now. */
                to?: string;
                /** @description Environment, by id or key. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                env?: string | string[];
                /** @description IANA time zone for today, dates, buckets and hours of the day. Default UTC. */
                tz?: string;
            };
            header?: never;
            path: {
                /** @description Key, bare id, e-mail or name */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            human: string;
                            name: string;
                            email: string;
                            decisions: number;
                            denials: number;
                            /** @description The source does not say */
                            undecided: number;
                            tools: number;
                            first_seen: string | null;
                            last_seen: string | null;
                            agents: number;
                            servers: number;
                            /** @description Decisions and denials over the range, in buckets that suit its length */
                            trend: {
                                /** @enum {string} */
                                bucket: "minute" | "5m" | "15m" | "hour" | "day" | "week" | "month";
                                /** @description Empty buckets included */
                                rows: {
                                    bucket: string;
                                    decisions: number;
                                    denials: number;
                                }[];
                            };
                            /** @description Seen together in the range, the busiest 100 of each, with the counts of what they did together */
                            connected: {
                                agents: {
                                    agent: string;
                                    name: string;
                                    decisions: number;
                                    denials: number;
                                    /** @description The source does not say */
                                    undecided: number;
                                    tools: number;
                                    first_seen: string;
                                    last_seen: string;
                                    humans: number;
                                    servers: number;
                                }[];
                                servers: {
                                    server: string;
                                    decisions: number;
                                    denials: number;
                                    /** @description The source does not say */
                                    undecided: number;
                                    tools: number;
                                    first_seen: string;
                                    last_seen: string;
                                    agents: number;
                                    humans: number;
                                }[];
                                tools: {
                                    server: string;
                                    tool: string;
                                    decisions: number;
                                    denials: number;
                                    undecided: number;
                                    last_seen: string;
                                }[];
                            };
                            /** @description Where the rest of it is; add from= and to=. access_changes is the history of its grants and verdicts. */
                            links: {
                                decisions: string;
                                trends: string;
                                chains: string;
                                access_changes: string;
                            };
                            consents: {
                                env_id: string;
                                /** @enum {string} */
                                kind: "consent" | "ceiling" | "tool_level";
                                grant_id: string;
                                agent_key: string;
                                agent_name: string;
                                human_key: string;
                                human_name: string;
                                server: string;
                                tool: string;
                                level: string;
                                valid_from: string | null;
                                first_seen: string;
                                last_seen: string;
                                first_missing: string | null;
                                /** @description In the newest listing */
                                active: boolean;
                            }[];
                            ceilings: {
                                env_id: string;
                                /** @enum {string} */
                                kind: "consent" | "ceiling" | "tool_level";
                                grant_id: string;
                                agent_key: string;
                                agent_name: string;
                                human_key: string;
                                human_name: string;
                                server: string;
                                tool: string;
                                level: string;
                                valid_from: string | null;
                                first_seen: string;
                                last_seen: string;
                                first_missing: string | null;
                                /** @description In the newest listing */
                                active: boolean;
                            }[];
                            tool_levels: {
                                env_id: string;
                                /** @enum {string} */
                                kind: "consent" | "ceiling" | "tool_level";
                                grant_id: string;
                                agent_key: string;
                                agent_name: string;
                                human_key: string;
                                human_name: string;
                                server: string;
                                tool: string;
                                level: string;
                                valid_from: string | null;
                                first_seen: string;
                                last_seen: string;
                                first_missing: string | null;
                                /** @description In the newest listing */
                                active: boolean;
                            }[];
                        };
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description A parameter that the operation does not have, or a value that cannot be understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token does not allow it, or no token is asked for and the name is not this machine’s own */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A name that several have, whose matches are listed, or what is asked cannot be done as things stand */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token has used what it may for now, or as many exports as may be at once are under way; see Retry-After */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The store does not answer; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listServers: {
        parameters: {
            query?: {
                /** @description Start, inclusive: RFC 3339, a date, today, now, or a time ago like -24h or -30d. Default -24h. */
                from?: string;
                /** @description End, exclusive: RFC 3339, a date, today, now, or a time ago like -24h or -30d. Default now. */
                to?: string;
                /** @description Environment, by id or key. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                env?: string | string[];
                /** @description Agent, by key, bare id or name; several agents of one name are listed (409), never guessed. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                agent?: string | string[];
                /** @description Human, by key, bare id, e-mail or name; what is surely theirs, see include. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                human?: string | string[];
                /** @description MCP server, as linear or linear:linear. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                server?: string | string[];
                /** @description Tool. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                tool?: string | string[];
                /** @description allow, deny or unknown. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                decision?: string | string[];
                /** @description Why it was denied. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                reason_code?: string | string[];
                /** @description exact, inferred, ambiguous, unknown or none. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                attribution?: string | string[];
                /** @description low, medium or high. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                trust_level?: string | string[];
                /** @description Text in the reason, upper and lower case alike */
                q?: string;
                /** @description possible: with human=, also what may be theirs, marked; meta.possible counts it in any case */
                include?: "possible";
                /** @description IANA time zone for today, dates, buckets and hours of the day. Default UTC. */
                tz?: string;
                /** @description Most rows: 1 to 10000, default 100 */
                limit?: string;
                /** @description meta.next of the page before; its range stays as it was */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            server: string;
                            decisions: number;
                            denials: number;
                            /** @description The source does not say */
                            undecided: number;
                            tools: number;
                            first_seen: string;
                            last_seen: string;
                            agents: number;
                            humans: number;
                        }[];
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description The answer is still the one that If-None-Match names */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter that the operation does not have, or a value that cannot be understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token does not allow it, or no token is asked for and the name is not this machine’s own */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A name that several have, whose matches are listed, or what is asked cannot be done as things stand */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token has used what it may for now, or as many exports as may be at once are under way; see Retry-After */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The store does not answer; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getServer: {
        parameters: {
            query?: {
                /** @description Start, inclusive: RFC 3339, a date, today, now, or a time ago like -24h or -30d. Default -30d. */
                from?: string;
                /** @description End, exclusive: RFC 3339, a date, today, now, or a time ago like -24h or -30d. Default now. */
                to?: string;
                /** @description Environment, by id or key. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                env?: string | string[];
                /** @description IANA time zone for today, dates, buckets and hours of the day. Default UTC. */
                tz?: string;
            };
            header?: never;
            path: {
                /** @description linear or linear:linear */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            server: string;
                            decisions: number;
                            denials: number;
                            /** @description The source does not say */
                            undecided: number;
                            tools: number;
                            first_seen: string | null;
                            last_seen: string | null;
                            agents: number;
                            humans: number;
                            /** @description Decisions and denials over the range, in buckets that suit its length */
                            trend: {
                                /** @enum {string} */
                                bucket: "minute" | "5m" | "15m" | "hour" | "day" | "week" | "month";
                                /** @description Empty buckets included */
                                rows: {
                                    bucket: string;
                                    decisions: number;
                                    denials: number;
                                }[];
                            };
                            /** @description Seen together in the range, the busiest 100 of each, with the counts of what they did together */
                            connected: {
                                agents: {
                                    agent: string;
                                    name: string;
                                    decisions: number;
                                    denials: number;
                                    /** @description The source does not say */
                                    undecided: number;
                                    tools: number;
                                    first_seen: string;
                                    last_seen: string;
                                    humans: number;
                                    servers: number;
                                }[];
                                humans: {
                                    human: string;
                                    name: string;
                                    email: string;
                                    decisions: number;
                                    denials: number;
                                    /** @description The source does not say */
                                    undecided: number;
                                    tools: number;
                                    first_seen: string;
                                    last_seen: string;
                                    agents: number;
                                    servers: number;
                                }[];
                                tools: {
                                    server: string;
                                    tool: string;
                                    decisions: number;
                                    denials: number;
                                    undecided: number;
                                    last_seen: string;
                                }[];
                            };
                            /** @description Where the rest of it is; add from= and to=. access_changes is the history of its grants and verdicts. */
                            links: {
                                decisions: string;
                                trends: string;
                                chains: string;
                                access_changes: string;
                            };
                            consents: {
                                env_id: string;
                                /** @enum {string} */
                                kind: "consent" | "ceiling" | "tool_level";
                                grant_id: string;
                                agent_key: string;
                                agent_name: string;
                                human_key: string;
                                human_name: string;
                                server: string;
                                tool: string;
                                level: string;
                                valid_from: string | null;
                                first_seen: string;
                                last_seen: string;
                                first_missing: string | null;
                                /** @description In the newest listing */
                                active: boolean;
                            }[];
                            ceilings: {
                                env_id: string;
                                /** @enum {string} */
                                kind: "consent" | "ceiling" | "tool_level";
                                grant_id: string;
                                agent_key: string;
                                agent_name: string;
                                human_key: string;
                                human_name: string;
                                server: string;
                                tool: string;
                                level: string;
                                valid_from: string | null;
                                first_seen: string;
                                last_seen: string;
                                first_missing: string | null;
                                /** @description In the newest listing */
                                active: boolean;
                            }[];
                            tool_levels: {
                                env_id: string;
                                /** @enum {string} */
                                kind: "consent" | "ceiling" | "tool_level";
                                grant_id: string;
                                agent_key: string;
                                agent_name: string;
                                human_key: string;
                                human_name: string;
                                server: string;
                                tool: string;
                                level: string;
                                valid_from: string | null;
                                first_seen: string;
                                last_seen: string;
                                first_missing: string | null;
                                /** @description In the newest listing */
                                active: boolean;
                            }[];
                        };
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description A parameter that the operation does not have, or a value that cannot be understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token does not allow it, or no token is asked for and the name is not this machine’s own */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A name that several have, whose matches are listed, or what is asked cannot be done as things stand */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token has used what it may for now, or as many exports as may be at once are under way; see Retry-After */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The store does not answer; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAccessChanges: {
        parameters: {
            query?: {
                /** @description Start, inclusive: RFC 3339, a date, today, now, or a time ago like -24h or -30d. Default -30d. */
                from?: string;
                /** @description End, exclusive: RFC 3339, a date, today, now, or a time ago like -24h or -30d. Default now. */
                to?: string;
                /** @description Environment, by id or key. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                env?: string | string[];
                /** @description IANA time zone for today, dates, buckets and hours of the day. Default UTC. */
                tz?: string;
                /** @description Most rows: 1 to 10000, default 1000 */
                limit?: string;
            };
            header?: never;
            path: {
                /** @description Key, bare id, e-mail or name */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            at: string;
                            /** @description It happened after this and no later than at; both are equal where the source says when */
                            not_before: string;
                            env_id: string;
                            /**
                             * @description decision: a call of the agent with the tool was allowed or denied, and the one before it was not
                             * @enum {string}
                             */
                            kind: "consent" | "ceiling" | "tool_level" | "decision";
                            /** @enum {string} */
                            change: "appeared" | "ended" | "allowed" | "denied";
                            agent_key: string;
                            agent_name: string;
                            human_key: string;
                            human_name: string;
                            server: string;
                            tool: string;
                            level: string;
                            /** @description Of a decision: the grant whose change explains it, where there is one */
                            grant_id: string;
                            /**
                             * @description Of a decision: why, as far as grants show it between the two calls; empty otherwise
                             * @enum {string}
                             */
                            cause: "" | "ceiling_lowered" | "ceiling_raised" | "reconsented" | "consented" | "revoked" | "tool_level_changed" | "unexplained";
                            /** @description Of a decision: when the grant changed that explains it */
                            cause_at: string | null;
                            /** @description Of a decision: the call that was made at `at` */
                            decision_id: string | null;
                            /** @description Of a decision: the call before it, made at `not_before` */
                            previous_decision_id: string | null;
                            /** @description Of a grant: the newest call after the change that it bears on; null where none came yet */
                            followed_by: string | null;
                            followed_at: string | null;
                        }[];
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description A parameter that the operation does not have, or a value that cannot be understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token does not allow it, or no token is asked for and the name is not this machine’s own */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A name that several have, whose matches are listed, or what is asked cannot be done as things stand */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token has used what it may for now, or as many exports as may be at once are under way; see Retry-After */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The store does not answer; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listHumanChanges: {
        parameters: {
            query?: {
                /** @description Start, inclusive: RFC 3339, a date, today, now, or a time ago like -24h or -30d. Default -30d. */
                from?: string;
                /** @description End, exclusive: RFC 3339, a date, today, now, or a time ago like -24h or -30d. Default now. */
                to?: string;
                /** @description Environment, by id or key. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                env?: string | string[];
                /** @description IANA time zone for today, dates, buckets and hours of the day. Default UTC. */
                tz?: string;
                /** @description Most rows: 1 to 10000, default 1000 */
                limit?: string;
            };
            header?: never;
            path: {
                /** @description Key, bare id, e-mail or name */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            at: string;
                            /** @description It happened after this and no later than at; both are equal where the source says when */
                            not_before: string;
                            env_id: string;
                            /**
                             * @description decision: a call of the agent with the tool was allowed or denied, and the one before it was not
                             * @enum {string}
                             */
                            kind: "consent" | "ceiling" | "tool_level" | "decision";
                            /** @enum {string} */
                            change: "appeared" | "ended" | "allowed" | "denied";
                            agent_key: string;
                            agent_name: string;
                            human_key: string;
                            human_name: string;
                            server: string;
                            tool: string;
                            level: string;
                            /** @description Of a decision: the grant whose change explains it, where there is one */
                            grant_id: string;
                            /**
                             * @description Of a decision: why, as far as grants show it between the two calls; empty otherwise
                             * @enum {string}
                             */
                            cause: "" | "ceiling_lowered" | "ceiling_raised" | "reconsented" | "consented" | "revoked" | "tool_level_changed" | "unexplained";
                            /** @description Of a decision: when the grant changed that explains it */
                            cause_at: string | null;
                            /** @description Of a decision: the call that was made at `at` */
                            decision_id: string | null;
                            /** @description Of a decision: the call before it, made at `not_before` */
                            previous_decision_id: string | null;
                            /** @description Of a grant: the newest call after the change that it bears on; null where none came yet */
                            followed_by: string | null;
                            followed_at: string | null;
                        }[];
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description A parameter that the operation does not have, or a value that cannot be understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token does not allow it, or no token is asked for and the name is not this machine’s own */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A name that several have, whose matches are listed, or what is asked cannot be done as things stand */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token has used what it may for now, or as many exports as may be at once are under way; see Retry-After */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The store does not answer; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listServerChanges: {
        parameters: {
            query?: {
                /** @description Start, inclusive: RFC 3339, a date, today, now, or a time ago like -24h or -30d. Default -30d. */
                from?: string;
                /** @description End, exclusive: RFC 3339, a date, today, now, or a time ago like -24h or -30d. Default now. */
                to?: string;
                /** @description Environment, by id or key. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                env?: string | string[];
                /** @description IANA time zone for today, dates, buckets and hours of the day. Default UTC. */
                tz?: string;
                /** @description Most rows: 1 to 10000, default 1000 */
                limit?: string;
            };
            header?: never;
            path: {
                /** @description linear or linear:linear */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            at: string;
                            /** @description It happened after this and no later than at; both are equal where the source says when */
                            not_before: string;
                            env_id: string;
                            /**
                             * @description decision: a call of the agent with the tool was allowed or denied, and the one before it was not
                             * @enum {string}
                             */
                            kind: "consent" | "ceiling" | "tool_level" | "decision";
                            /** @enum {string} */
                            change: "appeared" | "ended" | "allowed" | "denied";
                            agent_key: string;
                            agent_name: string;
                            human_key: string;
                            human_name: string;
                            server: string;
                            tool: string;
                            level: string;
                            /** @description Of a decision: the grant whose change explains it, where there is one */
                            grant_id: string;
                            /**
                             * @description Of a decision: why, as far as grants show it between the two calls; empty otherwise
                             * @enum {string}
                             */
                            cause: "" | "ceiling_lowered" | "ceiling_raised" | "reconsented" | "consented" | "revoked" | "tool_level_changed" | "unexplained";
                            /** @description Of a decision: when the grant changed that explains it */
                            cause_at: string | null;
                            /** @description Of a decision: the call that was made at `at` */
                            decision_id: string | null;
                            /** @description Of a decision: the call before it, made at `not_before` */
                            previous_decision_id: string | null;
                            /** @description Of a grant: the newest call after the change that it bears on; null where none came yet */
                            followed_by: string | null;
                            followed_at: string | null;
                        }[];
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description A parameter that the operation does not have, or a value that cannot be understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token does not allow it, or no token is asked for and the name is not this machine’s own */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A name that several have, whose matches are listed, or what is asked cannot be done as things stand */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token has used what it may for now, or as many exports as may be at once are under way; see Retry-After */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The store does not answer; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    coverage: {
        parameters: {
            query?: {
                /** @description Start, inclusive. Default: the beginning of history. */
                from?: string;
                /** @description End, exclusive: RFC 3339, a date, today, now, or a time ago like -24h or -30d. Default now. */
                to?: string;
                /** @description Environment, by id or key. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                env?: string | string[];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            env_id: string;
                            env_name: string;
                            oldest: string;
                            proven_until: string;
                            open_seconds: number;
                            blind_seconds: number;
                            unreadable_seconds: number;
                            lateness_seconds: number;
                            /** @description Rows, requests, unreadable facts and evidence as the poller last reported them of its whole history; null: never, or the token shows only a part of the environment */
                            reported: {
                                as_of: string;
                                rows_listed: number;
                                rows_read: number;
                                rows_missing: number;
                                oldest_open: string | null;
                                requests_spent: number;
                                requests_refused: number;
                                requests_per_minute: number | null;
                                facts_unreadable: string[];
                                /** @description Decisions whose detailed entry is still to be read */
                                evidence_owed: number | null;
                                /** @description When the oldest of them occurred: Permit deletes it first */
                                evidence_oldest_owed: string | null;
                                /** @description Detailed entries read since the first start */
                                evidence_read: number | null;
                                /** @description Deleted by Permit before they were read, likewise */
                                evidence_deleted_first: number | null;
                            } | null;
                        }[];
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description A parameter that the operation does not have, or a value that cannot be understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token does not allow it, or no token is asked for and the name is not this machine’s own */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token has used what it may for now, or as many exports as may be at once are under way; see Retry-After */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The store does not answer; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listCoveredHours: {
        parameters: {
            query?: {
                /** @description Start, inclusive: RFC 3339, a date, today, now, or a time ago like -24h or -30d. Default -24h. */
                from?: string;
                /** @description End, exclusive: RFC 3339, a date, today, now, or a time ago like -24h or -30d. Default now. */
                to?: string;
                /** @description Environment, by id or key. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                env?: string | string[];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["CoveredHour"][];
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description A parameter that the operation does not have, or a value that cannot be understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token does not allow it, or no token is asked for and the name is not this machine’s own */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token has used what it may for now, or as many exports as may be at once are under way; see Retry-After */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The store does not answer; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSeals: {
        parameters: {
            query?: {
                /** @description Start, inclusive: RFC 3339, a date, today, now, or a time ago like -24h or -30d. Default -24h. */
                from?: string;
                /** @description End, exclusive: RFC 3339, a date, today, now, or a time ago like -24h or -30d. Default now. */
                to?: string;
                /** @description Environment, by id or key. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                env?: string | string[];
                /** @description complete, empty, incomplete; several with commas. Default: all. */
                state?: string | string[];
                /** @description Most rows: 1 to 1000, default 100 */
                limit?: string;
                /** @description meta.next of the page before; its range stays as it was */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            env_id: string;
                            env_name: string;
                            hour: string;
                            /** @enum {string} */
                            state: "complete" | "empty" | "incomplete";
                            /** @description How often what the seal says has changed, from 1 */
                            revision: number;
                            /** @description In the store */
                            decisions: number;
                            /** @description By the source */
                            listed: number;
                            dead_letters: number;
                            /** @description Listed, and neither stored nor dead letters */
                            missing: number;
                            /** @description What the source no longer lists */
                            deleted_at_source: number;
                            unreadable_seconds: number;
                            /** @description Why it is incomplete */
                            reasons: string[];
                            /** @description Digest of the stored decisions, in whatever order */
                            content: string;
                            /** @description SHA-256 over previous_digest and what the seal says */
                            digest: string;
                            /** @description Of the revision before; empty for the first */
                            previous_digest: string;
                            /** @description What was stored by then is in it */
                            as_of: string;
                            sealed_at: string;
                            /** @description Nothing was stored or changed in the hour since */
                            is_current: boolean;
                            /** @description Its decisions are kept as sums only */
                            raw_expired: boolean;
                        }[];
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description A parameter that the operation does not have, or a value that cannot be understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token does not allow it, or no token is asked for and the name is not this machine’s own */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token has used what it may for now, or as many exports as may be at once are under way; see Retry-After */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The store does not answer; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAlerts: {
        parameters: {
            query?: {
                /** @description Alerts that were active then or later: RFC 3339, a date, today, or a time ago like -24h. Default -7d. */
                from?: string;
                /** @description End, exclusive: RFC 3339, a date, today, now, or a time ago like -24h or -30d. Default now. */
                to?: string;
                /** @description Environment, by id or key. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                env?: string | string[];
                /** @description open, acknowledged, resolved, withdrawn. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                status?: string | string[];
                /** @description info, warning, critical. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                severity?: string | string[];
                /** @description Name of the rule that found it. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                rule?: string | string[];
                /** @description What found it: spike, sweep, privileged_after_denials, first_denial, deny_rate_step, dormant_agent, source_silent, coverage_lost, threshold. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                detector?: string | string[];
                /** @description What it is about: agent, human, server, tool, reason, environment, pair (an agent and a server). Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                kind?: string | string[];
                /** @description Key of what it is about, as the alert has it: agent|…, linear, linear:create_issue. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                key?: string | string[];
                /** @description The agent that it is about, by key, bare id or name. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                agent?: string | string[];
                /** @description The human that it is about, by key, bare id, e-mail or name. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                human?: string | string[];
                /** @description The server that it or its tool is about, as linear or linear:linear. Several values, comma-separated or repeated, are or-ed; !x is "not", x* is "starts with". */
                server?: string | string[];
                /** @description Text in the title, the sentence, the subject’s name or the rule, upper and lower case alike */
                q?: string;
                /** @description IANA time zone for today, dates, buckets and hours of the day. Default UTC. */
                tz?: string;
                /** @description Most rows: 1 to 1000, default 100 */
                limit?: string;
                /** @description meta.next of the page before; its range stays as it was */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Alert"][];
                        meta: components["schemas"]["AlertsMeta"];
                    };
                };
            };
            /** @description A parameter that the operation does not have, or a value that cannot be understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token does not allow it, or no token is asked for and the name is not this machine’s own */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A name that several have, whose matches are listed, or what is asked cannot be done as things stand */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token has used what it may for now, or as many exports as may be at once are under way; see Retry-After */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The store does not answer; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAlert: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUID */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["WholeAlert"];
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description A parameter that the operation does not have, or a value that cannot be understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token does not allow it, or no token is asked for and the name is not this machine’s own */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token has used what it may for now, or as many exports as may be at once are under way; see Retry-After */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The store does not answer; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    acknowledgeAlert: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUID */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description Goes on record beside the name */
                    note?: string;
                };
            };
        };
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["AlertAction"];
                        meta: {
                            elapsed_ms: number;
                        };
                    };
                };
            };
            /** @description It was asked for, and is not done yet */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["AlertAction"];
                        meta: {
                            elapsed_ms: number;
                        };
                    };
                };
            };
            /** @description A parameter that the operation does not have, or a value that cannot be understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token does not allow it, or no token is asked for and the name is not this machine’s own */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A name that several have, whose matches are listed, or what is asked cannot be done as things stand */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token has used what it may for now, or as many exports as may be at once are under way; see Retry-After */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The store does not answer; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resolveAlert: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUID */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description Goes on record beside the name */
                    note?: string;
                };
            };
        };
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["AlertAction"];
                        meta: {
                            elapsed_ms: number;
                        };
                    };
                };
            };
            /** @description It was asked for, and is not done yet */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["AlertAction"];
                        meta: {
                            elapsed_ms: number;
                        };
                    };
                };
            };
            /** @description A parameter that the operation does not have, or a value that cannot be understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token does not allow it, or no token is asked for and the name is not this machine’s own */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A name that several have, whose matches are listed, or what is asked cannot be done as things stand */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token has used what it may for now, or as many exports as may be at once are under way; see Retry-After */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The store does not answer; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSilences: {
        parameters: {
            query?: {
                /** @description Those that end then or later: RFC 3339, a date, or a time ago. Default -30d. */
                from?: string;
                /** @description pending, active, ended, expired; several with commas, !x is "not". Default: all. */
                state?: string | string[];
                /** @description Most rows: 1 to 1000, default 1000 */
                limit?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Silence"][];
                        meta: {
                            elapsed_ms: number;
                            /** @enum {boolean} */
                            truncated?: true;
                        };
                    };
                };
            };
            /** @description A parameter that the operation does not have, or a value that cannot be understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token does not allow it, or no token is asked for and the name is not this machine’s own */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token has used what it may for now, or as many exports as may be at once are under way; see Retry-After */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The store does not answer; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createSilence: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description at least one of env, agent, human, server, tool, reason, detector, rule, severity; detectors are spike, sweep, privileged_after_denials, first_denial, deny_rate_step, dormant_agent, source_silent, coverage_lost, threshold, severities info, warning, critical */
                    matcher: {
                        env?: string | string[];
                        agent?: string | string[];
                        human?: string | string[];
                        server?: string | string[];
                        tool?: string | string[];
                        reason?: string | string[];
                        detector?: string | string[];
                        rule?: string | string[];
                        severity?: string | string[];
                    };
                    /** @description Why; whoever wonders at the quiet reads it */
                    reason: string;
                    /** @description When it begins: RFC 3339, a date, or a time from now like 2h. Default: now */
                    starts?: string;
                    /** @description When it ends, at most a year from now: RFC 3339, a date, or a time from now like 2h, 7d or 8w */
                    expires: string;
                };
            };
        };
        responses: {
            /** @description It was made */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Silence"];
                        meta: {
                            elapsed_ms: number;
                            /** @enum {boolean} */
                            truncated?: true;
                        };
                    };
                };
            };
            /** @description A parameter that the operation does not have, or a value that cannot be understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token does not allow it, or no token is asked for and the name is not this machine’s own */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A name that several have, whose matches are listed, or what is asked cannot be done as things stand */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token has used what it may for now, or as many exports as may be at once are under way; see Retry-After */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The store does not answer; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    endSilence: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUID */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Silence"];
                        meta: {
                            elapsed_ms: number;
                            /** @enum {boolean} */
                            truncated?: true;
                        };
                    };
                };
            };
            /** @description A parameter that the operation does not have, or a value that cannot be understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token does not allow it, or no token is asked for and the name is not this machine’s own */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token has used what it may for now, or as many exports as may be at once are under way; see Retry-After */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The store does not answer; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listRules: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Rule"][];
                        meta: {
                            elapsed_ms: number;
                            /** @description Of all rules that are in force together */
                            version: string;
                            /** @description The file of rules, as this service sees it; where it is wrong, its rules are those of before */
                            file: {
                                path: string;
                                is_there: boolean;
                                faults: components["schemas"]["RuleFault"][];
                            };
                            /** @description Names of the channels of the file; null where there is no file */
                            channels: string[] | null;
                            /** @description Rules of the API that this version does not understand, and does not run */
                            not_understood: string[];
                        };
                    };
                };
            };
            /** @description A parameter that the operation does not have, or a value that cannot be understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token does not allow it, or no token is asked for and the name is not this machine’s own */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token has used what it may for now, or as many exports as may be at once are under way; see Retry-After */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The store does not answer; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the rule */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["WholeRule"];
                        meta: {
                            elapsed_ms: number;
                        };
                    };
                };
            };
            /** @description A parameter that the operation does not have, or a value that cannot be understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token does not allow it, or no token is asked for and the name is not this machine’s own */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token has used what it may for now, or as many exports as may be at once are under way; see Retry-After */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The store does not answer; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putRule: {
        parameters: {
            query?: never;
            header?: {
                /** @description The rule that is changed, by its ETag, which is its version in quotes: where another one runs by now, 412 */
                "if-match"?: string;
                /** @description *: where a rule of the name runs already, 412 */
                "if-none-match"?: string;
            };
            path: {
                /** @description Name of the rule */
                name: string;
            };
            cookie?: never;
        };
        /** @description A rule, as in the file, or the text of one in YAML, whose faults have lines; its name may be left out */
        requestBody: {
            content: {
                "application/json": string | {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Rule"];
                        meta: {
                            elapsed_ms: number;
                        };
                    };
                };
            };
            /** @description It was made */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Rule"];
                        meta: {
                            elapsed_ms: number;
                        };
                    };
                };
            };
            /** @description A parameter that the operation does not have, or a value that cannot be understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token does not allow it, or no token is asked for and the name is not this machine’s own */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A name that several have, whose matches are listed, or what is asked cannot be done as things stand */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What If-Match or If-None-Match asks for is not so any more */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token has used what it may for now, or as many exports as may be at once are under way; see Retry-After */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The store does not answer; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteRule: {
        parameters: {
            query?: never;
            header?: {
                /** @description The rule that is changed, by its ETag, which is its version in quotes: where another one runs by now, 412 */
                "if-match"?: string;
                /** @description *: where a rule of the name runs already, 412 */
                "if-none-match"?: string;
            };
            path: {
                /** @description Name of the rule */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What runs under the name now */
                        data: components["schemas"]["Rule"] | null;
                        meta: {
                            elapsed_ms: number;
                        };
                    };
                };
            };
            /** @description A parameter that the operation does not have, or a value that cannot be understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token does not allow it, or no token is asked for and the name is not this machine’s own */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A name that several have, whose matches are listed, or what is asked cannot be done as things stand */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What If-Match or If-None-Match asks for is not so any more */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token has used what it may for now, or as many exports as may be at once are under way; see Retry-After */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The store does not answer; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    backtestRules: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Rules as in the file: YAML as a text, a document with rules, a list, or one rule. They are judged by themselves and as if they were enabled. Default: all that are in force */
                    rules?: string | unknown[] | {
                        [key: string]: unknown;
                    };
                    /** @description RFC 3339, a date, or a time ago like -30d. Default -30d */
                    from?: string;
                    /** @description Its end, exclusive. Default: now */
                    to?: string;
                    /** @description Only these environments, by id or name */
                    env?: string | string[];
                };
            };
        };
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Backtest"];
                        meta: components["schemas"]["Meta"];
                    };
                };
            };
            /** @description A parameter that the operation does not have, or a value that cannot be understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token does not allow it, or no token is asked for and the name is not this machine’s own */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What is asked takes more than one answer may */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token has used what it may for now, or as many exports as may be at once are under way; see Retry-After */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The store does not answer; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listTokens: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Token"][];
                        meta: {
                            elapsed_ms: number;
                        };
                    };
                };
            };
            /** @description A parameter that the operation does not have, or a value that cannot be understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token does not allow it, or no token is asked for and the name is not this machine’s own */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A name that several have, whose matches are listed, or what is asked cannot be done as things stand */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token has used what it may for now, or as many exports as may be at once are under way; see Retry-After */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The store does not answer; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description What it is for; the audit names it. No two valid tokens have the same */
                    name: string;
                    /**
                     * @description What it allows; each may also do what those before it may
                     * @enum {string}
                     */
                    scope: "read" | "export" | "operate" | "admin";
                    /** @description Only these environments, by id or name */
                    env?: string[];
                    /** @description Only these MCP servers */
                    server?: string[];
                    /** @description Only what is surely these humans’, by key, bare id, e-mail or name */
                    human?: string[];
                    /** @description When it ends: RFC 3339, a date, or a time from now like 12h, 90d or 8w. Default: never */
                    expires?: string;
                };
            };
        };
        responses: {
            /** @description It was made */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            id: string;
                            name: string;
                            /** @description read, export, operate, admin */
                            scope: string;
                            /** @description Ids of the environments that it is restricted to; null: all */
                            env: string[] | null;
                            server: string[] | null;
                            /** @description Keys */
                            human: string[] | null;
                            /** @description The last four characters of the token */
                            hint: string;
                            created_at: string;
                            /** @description Name of the token that made it */
                            created_by: string;
                            expires_at: string | null;
                            /** @description To some seconds */
                            last_used_at: string | null;
                            revoked_at: string | null;
                            revoked_by: string;
                            /** @description Shown this once; only its hash is kept */
                            token: string;
                        };
                        meta: {
                            elapsed_ms: number;
                        };
                    };
                };
            };
            /** @description A parameter that the operation does not have, or a value that cannot be understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token does not allow it, or no token is asked for and the name is not this machine’s own */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A name that several have, whose matches are listed, or what is asked cannot be done as things stand */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token has used what it may for now, or as many exports as may be at once are under way; see Retry-After */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The store does not answer; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Token"];
                        meta: {
                            elapsed_ms: number;
                        };
                    };
                };
            };
            /** @description A parameter that the operation does not have, or a value that cannot be understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token does not allow it, or no token is asked for and the name is not this machine’s own */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A name that several have, whose matches are listed, or what is asked cannot be done as things stand */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token has used what it may for now, or as many exports as may be at once are under way; see Retry-After */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The store does not answer; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Me"];
                        meta: {
                            elapsed_ms: number;
                        };
                    };
                };
            };
            /** @description A parameter that the operation does not have, or a value that cannot be understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token does not allow it, or no token is asked for and the name is not this machine’s own */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token has used what it may for now, or as many exports as may be at once are under way; see Retry-After */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The store does not answer; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other failure */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
