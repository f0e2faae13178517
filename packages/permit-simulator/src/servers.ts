import { type Level, levels, type Rank, rankOf } from './level.ts';

/** A tool of an MCP server: an action of its resource type. */
export interface Tool {
  readonly key: string;
  readonly rank: Rank;
}

/** An MCP server: resource type `key` with the one instance `key:key`. Tools come in order of popularity. */
export interface Server {
  readonly key: string;
  readonly name: string;
  readonly upstreamUrl: string;
  readonly tools: readonly Tool[];
  /** Subject of the one human whom a dynamic server belongs to. */
  readonly ownedBy?: string;
}

/** A workflow behind the HTTP egress proxy: a resource type that is no MCP server. Actions are method classes. */
export interface Workflow {
  readonly key: string;
  readonly name: string;
}

type ToolLists = Record<Level, string>;

const catalogue: readonly (readonly [key: string, name: string, tools: ToolLists])[] = [
  [
    'github',
    'GitHub',
    {
      low: 'get_file_contents search_code list_issues get_pull_request list_commits get_issue list_branches search_repositories',
      medium: 'create_pull_request add_issue_comment create_issue push_files create_branch update_issue request_review',
      high: 'merge_pull_request delete_branch delete_file delete_repo',
    },
  ],
  [
    'linear',
    'Linear',
    {
      low: 'list_issues get_issue search_issues list_projects list_comments get_project list_teams',
      medium: 'create_issue update_issue save_comment create_project assign_issue',
      high: 'delete_issue delete_comment archive_project',
    },
  ],
  [
    'slack',
    'Slack',
    {
      low: 'search_messages read_channel list_channels get_thread list_users get_user_profile',
      medium: 'post_message reply_to_thread add_reaction upload_file set_topic',
      high: 'delete_message archive_channel invite_to_channel remove_user',
    },
  ],
  [
    'postgres_mcp',
    'Postgres',
    {
      low: 'run_select list_tables describe_table explain_query list_schemas',
      medium: 'insert_rows update_rows create_index create_view',
      high: 'delete_rows drop_table truncate_table grant_role',
    },
  ],
  [
    'notion',
    'Notion',
    {
      low: 'search_pages get_page query_database list_blocks get_database list_comments',
      medium: 'create_page update_page append_blocks create_comment',
      high: 'delete_page delete_block remove_database',
    },
  ],
  [
    'jira',
    'Jira',
    {
      low: 'search_issues get_issue list_projects get_sprint list_boards get_transitions',
      medium: 'create_issue edit_issue transition_issue add_comment log_work create_sprint',
      high: 'delete_issue delete_sprint remove_watcher',
    },
  ],
  [
    'gdrive',
    'Google Drive',
    {
      low: 'search_files read_file list_folder get_metadata export_document',
      medium: 'create_file update_file copy_file move_file share_file',
      high: 'delete_file remove_permission empty_trash',
    },
  ],
  [
    'datadog',
    'Datadog',
    {
      low: 'query_metrics search_logs list_monitors get_dashboard list_traces get_incident list_hosts',
      medium: 'create_monitor mute_monitor update_dashboard create_incident',
      high: 'delete_monitor delete_dashboard purge_logs',
    },
  ],
  [
    'pagerduty',
    'PagerDuty',
    {
      low: 'list_incidents get_incident list_oncalls get_schedule list_services',
      medium: 'acknowledge_incident add_note create_incident update_schedule',
      high: 'resolve_all_incidents delete_service remove_override',
    },
  ],
  [
    'zendesk',
    'Zendesk',
    {
      low: 'search_tickets get_ticket list_macros get_user list_comments search_articles',
      medium: 'create_ticket update_ticket add_public_reply apply_macro',
      high: 'delete_ticket merge_users suspend_user',
    },
  ],
  [
    'salesforce',
    'Salesforce',
    {
      low: 'run_soql_query get_account search_contacts list_opportunities describe_object get_report',
      medium: 'create_lead update_opportunity log_activity create_contact update_account',
      high: 'delete_record mass_transfer remove_sharing_rule',
    },
  ],
  [
    'stripe',
    'Stripe',
    {
      low: 'list_customers retrieve_balance list_invoices search_payments get_subscription',
      medium: 'create_invoice update_customer create_payment_link create_coupon',
      high: 'create_refund cancel_subscription delete_customer',
    },
  ],
];

/** The twelve servers that everyone shares, most popular first. */
export const sharedServers: readonly Server[] = catalogue.map(([key, name, lists]) => ({
  key,
  name,
  upstreamUrl: `https://mcp.${key.replaceAll('_', '-')}.example.com/mcp`,
  tools: levels.flatMap((level) => lists[level].split(' ').map((tool) => ({ key: tool, rank: rankOf(level) }))),
}));

/** A per-user server: its key ends with the subject of the human whom it belongs to. */
export function dynamicServer(base: Server, subject: string): Server {
  const key = `${base.key}-${subject}`;
  return { ...base, key, name: `${base.name} (personal)`, ownedBy: subject };
}

export const workflows: readonly Workflow[] = [
  { key: 'release_pipeline', name: 'Release pipeline' },
  { key: 'nightly_build', name: 'Nightly build' },
  { key: 'data_sync', name: 'Data sync' },
];

/** Method classes of the egress proxy; the first is what `reader` may do, all are what `writer` may do. */
export const methodClasses = ['read', 'write'] as const;
