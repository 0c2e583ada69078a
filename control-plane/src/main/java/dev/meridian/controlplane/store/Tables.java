package dev.meridian.controlplane.store;

import com.google.protobuf.ByteString;
import dev.meridian.access.AccountName;
import dev.meridian.access.GroupName;
import dev.meridian.access.Subject;
import dev.meridian.controlplane.store.Keys.ContentKey;
import dev.meridian.controlplane.store.Keys.ExpiringKey;
import dev.meridian.controlplane.store.Keys.GrantKey;
import dev.meridian.controlplane.store.Keys.ManifestTagKey;
import dev.meridian.controlplane.store.Keys.MemberKey;
import dev.meridian.controlplane.store.Keys.MissingKey;
import dev.meridian.controlplane.store.Keys.ObjectKey;
import dev.meridian.controlplane.store.Keys.ReferenceKey;
import dev.meridian.controlplane.store.Keys.ReferrerKey;
import dev.meridian.controlplane.store.Keys.SigningKeyKey;
import dev.meridian.controlplane.store.Keys.TagChangeKey;
import dev.meridian.controlplane.store.Keys.TagKey;
import dev.meridian.controlplane.store.Keys.TagRuleKey;
import dev.meridian.model.Digest;
import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import dev.meridian.proto.store.AccountRecord;
import dev.meridian.proto.store.AuditRecord;
import dev.meridian.proto.store.BlobLinkRecord;
import dev.meridian.proto.store.BlobRecord;
import dev.meridian.proto.store.ClusterRecord;
import dev.meridian.proto.store.DoomedRecord;
import dev.meridian.proto.store.GrantRecord;
import dev.meridian.proto.store.GroupRecord;
import dev.meridian.proto.store.ManifestBytesRecord;
import dev.meridian.proto.store.ManifestRecord;
import dev.meridian.proto.store.MissingRecord;
import dev.meridian.proto.store.NodeRecord;
import dev.meridian.proto.store.PendingRecord;
import dev.meridian.proto.store.PolicyRecord;
import dev.meridian.proto.store.PurgeRecord;
import dev.meridian.proto.store.ReferrerRecord;
import dev.meridian.proto.store.RegionRecord;
import dev.meridian.proto.store.RepositoryRecord;
import dev.meridian.proto.store.RequestRecord;
import dev.meridian.proto.store.ReviewRecord;
import dev.meridian.proto.store.SigningKeyRecord;
import dev.meridian.proto.store.TagHistoryRecord;
import dev.meridian.proto.store.TagRecord;
import dev.meridian.proto.store.TagRuleRecord;
import dev.meridian.proto.store.VisibilityRecord;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Every table, each a column family, and how its keys are written. Values are the messages of
 * {@code stored_records.proto} where nothing else is said.
 *
 * <pre>
 * repo      8 bytes, big-endian: a repository's id, so that its rows are one contiguous range
 * digest    1 byte (1 sha256, 2 sha512), then the 32 or 64 bytes of the hash
 * number    8 bytes, big-endian; ~number: its complement, so that the largest comes first
 * text      UTF-8; text 0: ended by a zero byte, since other parts follow
 *
 * repositories    | name text                              | RepositoryRecord
 * catalog         | name text                              | nothing: repositories that hold a manifest
 * tags            | repo, tag text                         | TagRecord
 * tag_history     | repo, tag text 0, ~revision number     | TagHistoryRecord
 * manifests       | repo, digest                           | ManifestRecord
 * manifest_tags   | repo, manifest digest, tag text        | nothing: which tags name a manifest
 * manifest_bytes  | digest                                 | ManifestBytesRecord
 * referrers       | repo, subject digest, manifest digest  | ReferrerRecord
 * blob_links      | repo, digest                           | BlobLinkRecord
 * blobs           | digest                                 | BlobRecord
 * objects         | region text 0, object key text         | digest of the blob that is placed there
 * references      | target digest, repo, kind, manifest    | nothing: who keeps this blob (kind 1) or
 *                 |   digest                               |   manifest (kind 2) alive
 * doomed          | region text 0, object key text         | DoomedRecord
 * expiring        | cluster time number, repo, digest      | nothing: unreferenced links by their end
 * purges          | repo                                   | PurgeRecord: deleted, being cleared
 * nodes           | node id text                           | NodeRecord
 * regions         | region text                            | RegionRecord
 * policies        | prefix text                            | PolicyRecord
 * missing         | region text 0, class (0 push,          | MissingRecord: copies that are wanted where
 *                 |   1 backfill), revision number, digest |   there is none, in the order of the work
 * pending         | region text                            | PendingRecord: what its rows in missing sum up to
 * reviews         | nothing                                | ReviewRecord, at most one
 * repository_ids  | repo                                   | name text: of the repositories made since
 *                 |                                        |   this table is there
 * accounts        | name text                              | AccountRecord
 * groups          | name text                              | GroupRecord
 * group_members   | group text 0, account text             | nothing
 * grants          | subject text 0, pattern text 0, deny   | GrantRecord
 *                 |   (1, else 0)                          |
 * administrators  | subject text                           | nothing: who is granted admin on *, in all
 *                 |                                        |   regions
 * visibilities    | prefix text                            | VisibilityRecord
 * tag_rules       | pattern text 0, tags text              | TagRuleRecord
 * signing_keys    | revision number, id text               | SigningKeyRecord, the newest two
 * audit           | revision number                        | AuditRecord
 * requests        | command id, 16 bytes                   | RequestRecord
 * request_order   | revision number                        | command id: what to trim from requests
 * cluster         | nothing                                | ClusterRecord, at most one
 * meta            | name text of {@link Meta}              | number
 * </pre>
 */
public final class Tables {

  private static final Codec<String> TEXT =
      Codec.of(
          text -> text.getBytes(StandardCharsets.UTF_8),
          bytes -> new String(bytes, StandardCharsets.UTF_8));
  private static final Codec<RepositoryName> NAME =
      Codec.of(
          name -> TEXT.encode(name.value()), bytes -> RepositoryName.parse(TEXT.decode(bytes)));
  private static final Codec<RegionId> REGION =
      Codec.of(region -> TEXT.encode(region.value()), bytes -> RegionId.parse(TEXT.decode(bytes)));
  private static final Codec<AccountName> ACCOUNT =
      Codec.of(name -> TEXT.encode(name.value()), bytes -> AccountName.parse(TEXT.decode(bytes)));
  private static final Codec<GroupName> GROUP =
      Codec.of(name -> TEXT.encode(name.value()), bytes -> GroupName.parse(TEXT.decode(bytes)));
  private static final Codec<Subject> SUBJECT =
      Codec.of(subject -> TEXT.encode(subject.value()), bytes -> Subject.parse(TEXT.decode(bytes)));
  private static final Codec<Digest> DIGEST =
      Codec.of(
          digest -> new KeyWriter().digest(digest).toBytes(),
          bytes -> new KeyReader(bytes).digest());
  private static final Codec<ByteString> BYTES =
      Codec.of(ByteString::toByteArray, ByteString::copyFrom);
  private static final Codec<Nothing> NOTHING =
      Codec.of(nothing -> new byte[0], bytes -> Nothing.NOTHING);
  private static final Codec<Meta> META_NAME =
      Codec.of(meta -> TEXT.encode(meta.name()), bytes -> Meta.valueOf(TEXT.decode(bytes)));

  public static final Table<RepositoryName, RepositoryRecord> REPOSITORIES =
      new Table<>("repositories", NAME, Codec.message(RepositoryRecord.parser()));
  public static final Table<RepositoryName, Nothing> CATALOG =
      new Table<>("catalog", NAME, NOTHING);
  public static final Table<TagKey, TagRecord> TAGS =
      new Table<>("tags", TagKey.CODEC, Codec.message(TagRecord.parser()));
  public static final Table<TagChangeKey, TagHistoryRecord> TAG_HISTORY =
      new Table<>("tag_history", TagChangeKey.CODEC, Codec.message(TagHistoryRecord.parser()));
  public static final Table<ContentKey, ManifestRecord> MANIFESTS =
      new Table<>("manifests", ContentKey.CODEC, Codec.message(ManifestRecord.parser()));
  public static final Table<ManifestTagKey, Nothing> MANIFEST_TAGS =
      new Table<>("manifest_tags", ManifestTagKey.CODEC, NOTHING);
  public static final Table<Digest, ManifestBytesRecord> MANIFEST_BYTES =
      new Table<>("manifest_bytes", DIGEST, Codec.message(ManifestBytesRecord.parser()));
  public static final Table<ReferrerKey, ReferrerRecord> REFERRERS =
      new Table<>("referrers", ReferrerKey.CODEC, Codec.message(ReferrerRecord.parser()));
  public static final Table<ContentKey, BlobLinkRecord> BLOB_LINKS =
      new Table<>("blob_links", ContentKey.CODEC, Codec.message(BlobLinkRecord.parser()));
  public static final Table<Digest, BlobRecord> BLOBS =
      new Table<>("blobs", DIGEST, Codec.message(BlobRecord.parser()));
  public static final Table<ObjectKey, Digest> OBJECTS =
      new Table<>("objects", ObjectKey.CODEC, DIGEST);
  public static final Table<ReferenceKey, Nothing> REFERENCES =
      new Table<>("references", ReferenceKey.CODEC, NOTHING);
  public static final Table<ObjectKey, DoomedRecord> DOOMED =
      new Table<>("doomed", ObjectKey.CODEC, Codec.message(DoomedRecord.parser()));
  public static final Table<ExpiringKey, Nothing> EXPIRING =
      new Table<>("expiring", ExpiringKey.CODEC, NOTHING);
  public static final Table<Long, PurgeRecord> PURGES =
      new Table<>("purges", Codec.number(), Codec.message(PurgeRecord.parser()));
  public static final Table<String, NodeRecord> NODES =
      new Table<>("nodes", TEXT, Codec.message(NodeRecord.parser()));
  public static final Table<RegionId, RegionRecord> REGIONS =
      new Table<>("regions", REGION, Codec.message(RegionRecord.parser()));
  public static final Table<String, PolicyRecord> POLICIES =
      new Table<>("policies", TEXT, Codec.message(PolicyRecord.parser()));
  public static final Table<MissingKey, MissingRecord> MISSING =
      new Table<>("missing", MissingKey.CODEC, Codec.message(MissingRecord.parser()));
  public static final Table<RegionId, PendingRecord> PENDING =
      new Table<>("pending", REGION, Codec.message(PendingRecord.parser()));
  public static final Table<Nothing, ReviewRecord> REVIEWS =
      new Table<>("reviews", NOTHING, Codec.message(ReviewRecord.parser()));
  public static final Table<Long, RepositoryName> REPOSITORY_IDS =
      new Table<>("repository_ids", Codec.number(), NAME);
  public static final Table<AccountName, AccountRecord> ACCOUNTS =
      new Table<>("accounts", ACCOUNT, Codec.message(AccountRecord.parser()));
  public static final Table<GroupName, GroupRecord> GROUPS =
      new Table<>("groups", GROUP, Codec.message(GroupRecord.parser()));
  public static final Table<MemberKey, Nothing> GROUP_MEMBERS =
      new Table<>("group_members", MemberKey.CODEC, NOTHING);
  public static final Table<GrantKey, GrantRecord> GRANTS =
      new Table<>("grants", GrantKey.CODEC, Codec.message(GrantRecord.parser()));
  public static final Table<Subject, Nothing> ADMINISTRATORS =
      new Table<>("administrators", SUBJECT, NOTHING);
  public static final Table<String, VisibilityRecord> VISIBILITIES =
      new Table<>("visibilities", TEXT, Codec.message(VisibilityRecord.parser()));
  public static final Table<TagRuleKey, TagRuleRecord> TAG_RULES =
      new Table<>("tag_rules", TagRuleKey.CODEC, Codec.message(TagRuleRecord.parser()));
  public static final Table<SigningKeyKey, SigningKeyRecord> SIGNING_KEYS =
      new Table<>("signing_keys", SigningKeyKey.CODEC, Codec.message(SigningKeyRecord.parser()));
  public static final Table<Long, AuditRecord> AUDIT =
      new Table<>("audit", Codec.number(), Codec.message(AuditRecord.parser()));
  public static final Table<ByteString, RequestRecord> REQUESTS =
      new Table<>("requests", BYTES, Codec.message(RequestRecord.parser()));
  public static final Table<Long, ByteString> REQUEST_ORDER =
      new Table<>("request_order", Codec.number(), BYTES);
  public static final Table<Nothing, ClusterRecord> CLUSTER =
      new Table<>("cluster", NOTHING, Codec.message(ClusterRecord.parser()));
  public static final Table<Meta, Long> META = new Table<>("meta", META_NAME, Codec.number());

  /** Every table; a store has exactly these: those that an older one lacks are made, empty. */
  public static final List<Table<?, ?>> ALL =
      List.of(
          REPOSITORIES,
          CATALOG,
          TAGS,
          TAG_HISTORY,
          MANIFESTS,
          MANIFEST_TAGS,
          MANIFEST_BYTES,
          REFERRERS,
          BLOB_LINKS,
          BLOBS,
          OBJECTS,
          REFERENCES,
          DOOMED,
          EXPIRING,
          PURGES,
          NODES,
          REGIONS,
          POLICIES,
          MISSING,
          PENDING,
          REVIEWS,
          REPOSITORY_IDS,
          ACCOUNTS,
          GROUPS,
          GROUP_MEMBERS,
          GRANTS,
          ADMINISTRATORS,
          VISIBILITIES,
          TAG_RULES,
          SIGNING_KEYS,
          AUDIT,
          REQUESTS,
          REQUEST_ORDER,
          CLUSTER,
          META);

  /** The one value of what carries no information. */
  public enum Nothing {
    NOTHING
  }

  /** The numbers of {@link #META}; their names are stored. */
  public enum Meta {
    /** Raft term and index of the last entry written. */
    APPLIED_TERM,
    APPLIED_INDEX,
    /** How many commands were applied. */
    REVISION,
    /** Cluster time in milliseconds. */
    CLUSTER_TIME,
    /** The id that the last repository got. */
    LAST_REPOSITORY,
    /** All requests of revisions up to this one are trimmed. */
    TRIMMED_REVISION,
    /** What is written down of copies: 1 more than the largest extent of a review that began. */
    COPIES_COUNTED,
    /** How many blobs lack copies, whatever the number of regions; rows in blobs say which. */
    BLOBS_LACKING,
    /** How many rows the audit has. */
    AUDIT_ROWS,
    /** All rows of the audit of revisions up to this one are dropped. */
    AUDIT_DROPPED
  }

  private Tables() {}

  /** Repositories after a name, which need not be one; empty: all. */
  public static KeyRange<RepositoryName> repositoriesAfter(String last) {
    return after(last);
  }

  /** Repositories whose name begins with a text; empty: all. */
  public static KeyRange<RepositoryName> repositoriesWith(String beginning) {
    return KeyRange.prefix(TEXT.encode(beginning));
  }

  /** Visibilities after a prefix, which need not be one. */
  public static KeyRange<String> visibilitiesAfter(String last) {
    return after(last);
  }

  /** Accounts after a name, which need not be one; empty: all. */
  public static KeyRange<AccountName> accountsAfter(String last) {
    return after(last);
  }

  /** Groups after a name, which need not be one; empty: all. */
  public static KeyRange<GroupName> groupsAfter(String last) {
    return after(last);
  }

  /** What was audited after a revision. */
  public static KeyRange<Long> auditAfter(long revision) {
    return KeyRange.<Long>prefix(new byte[0]).after(new KeyWriter().number(revision).toBytes());
  }

  private static <K> KeyRange<K> after(String last) {
    KeyRange<K> all = KeyRange.prefix(new byte[0]);
    return last.isEmpty() ? all : all.after(TEXT.encode(last));
  }
}
