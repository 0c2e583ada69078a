package dev.meridian.controlplane.store;

import dev.meridian.access.AccountName;
import dev.meridian.access.GroupName;
import dev.meridian.access.RepositoryPattern;
import dev.meridian.access.Subject;
import dev.meridian.access.TagPattern;
import dev.meridian.model.Digest;
import dev.meridian.model.RegionId;
import dev.meridian.model.TagName;
import dev.meridian.proto.store.ReferenceRecord;

/** The keys that have several parts; {@link Tables} draws how they are written. */
public final class Keys {

  private Keys() {}

  /** A manifest or blob of a repository. */
  public record ContentKey(long repository, Digest digest) {

    static final Codec<ContentKey> CODEC =
        Codec.of(ContentKey::encode, bytes -> decode(new KeyReader(bytes)));

    /** All of a repository, by digest. */
    public static KeyRange<ContentKey> in(long repository) {
      return KeyRange.prefix(new KeyWriter().number(repository).toBytes());
    }

    /** Those of a repository that come after a digest, which need not be there. */
    public static KeyRange<ContentKey> after(long repository, Digest last) {
      return in(repository).after(new ContentKey(repository, last).encode());
    }

    private static ContentKey decode(KeyReader in) {
      return new ContentKey(in.number(), in.digest());
    }

    private byte[] encode() {
      return new KeyWriter().number(repository).digest(digest).toBytes();
    }
  }

  /** A tag of a repository. */
  public record TagKey(long repository, TagName tag) {

    static final Codec<TagKey> CODEC =
        Codec.of(TagKey::encode, bytes -> decode(new KeyReader(bytes)));

    /** Tags of a repository that come after a name, which need not be one; empty: all. */
    public static KeyRange<TagKey> in(long repository, String last) {
      KeyRange<TagKey> all = KeyRange.prefix(new KeyWriter().number(repository).toBytes());
      return last.isEmpty()
          ? all
          : all.after(new KeyWriter().number(repository).rest(last).toBytes());
    }

    private static TagKey decode(KeyReader in) {
      return new TagKey(in.number(), TagName.parse(in.rest()));
    }

    private byte[] encode() {
      return new KeyWriter().number(repository).rest(tag.value()).toBytes();
    }
  }

  /** A change of a tag, made by the command of a revision. */
  public record TagChangeKey(long repository, TagName tag, long revision) {

    static final Codec<TagChangeKey> CODEC =
        Codec.of(TagChangeKey::encode, bytes -> decode(new KeyReader(bytes)));

    /** All changes of all tags of a repository. */
    public static KeyRange<TagChangeKey> in(long repository) {
      return KeyRange.prefix(new KeyWriter().number(repository).toBytes());
    }

    /** All changes of a tag, the newest first. */
    public static KeyRange<TagChangeKey> of(long repository, TagName tag) {
      return KeyRange.prefix(prefix(repository, tag).toBytes());
    }

    /** Those that were made before a revision, the newest first. */
    public static KeyRange<TagChangeKey> before(long repository, TagName tag, long revision) {
      return of(repository, tag).after(new TagChangeKey(repository, tag, revision).encode());
    }

    private static KeyWriter prefix(long repository, TagName tag) {
      return new KeyWriter().number(repository).text(tag.value());
    }

    private static TagChangeKey decode(KeyReader in) {
      return new TagChangeKey(in.number(), TagName.parse(in.text()), in.inverted());
    }

    private byte[] encode() {
      return prefix(repository, tag).inverted(revision).toBytes();
    }
  }

  /** A tag that names a manifest. */
  public record ManifestTagKey(long repository, Digest manifest, TagName tag) {

    static final Codec<ManifestTagKey> CODEC =
        Codec.of(ManifestTagKey::encode, bytes -> decode(new KeyReader(bytes)));

    /** All tags of a manifest, by name. */
    public static KeyRange<ManifestTagKey> of(long repository, Digest manifest) {
      return KeyRange.prefix(prefix(repository, manifest).toBytes());
    }

    private static KeyWriter prefix(long repository, Digest manifest) {
      return new KeyWriter().number(repository).digest(manifest);
    }

    private static ManifestTagKey decode(KeyReader in) {
      return new ManifestTagKey(in.number(), in.digest(), TagName.parse(in.rest()));
    }

    private byte[] encode() {
      return prefix(repository, manifest).rest(tag.value()).toBytes();
    }
  }

  /** A manifest that names another as its subject. */
  public record ReferrerKey(long repository, Digest subject, Digest manifest) {

    static final Codec<ReferrerKey> CODEC =
        Codec.of(ReferrerKey::encode, bytes -> decode(new KeyReader(bytes)));

    /** All referrers of a subject, by digest. */
    public static KeyRange<ReferrerKey> of(long repository, Digest subject) {
      return KeyRange.prefix(prefix(repository, subject).toBytes());
    }

    /** Those whose digest comes after one, which need not be a referrer's. */
    public static KeyRange<ReferrerKey> after(long repository, Digest subject, Digest last) {
      return of(repository, subject).after(new ReferrerKey(repository, subject, last).encode());
    }

    private static KeyWriter prefix(long repository, Digest subject) {
      return new KeyWriter().number(repository).digest(subject);
    }

    private static ReferrerKey decode(KeyReader in) {
      return new ReferrerKey(in.number(), in.digest(), in.digest());
    }

    private byte[] encode() {
      return prefix(repository, subject).digest(manifest).toBytes();
    }
  }

  /** A blob or manifest, and a manifest of the repository that keeps it alive. */
  public record ReferenceKey(
      Digest target, long repository, ReferenceRecord.Kind kind, Digest manifest) {

    /** Behind those of every kind. */
    private static final int LAST_KIND = Byte.MAX_VALUE;

    static final Codec<ReferenceKey> CODEC =
        Codec.of(ReferenceKey::encode, bytes -> decode(new KeyReader(bytes)));

    /** All that keep a target alive in a repository. */
    public static KeyRange<ReferenceKey> to(
        Digest target, long repository, ReferenceRecord.Kind kind) {
      return KeyRange.prefix(prefix(target, repository, kind).toBytes());
    }

    /** All that keep a target alive in repositories whose ids come after one. */
    public static KeyRange<ReferenceKey> after(Digest target, long repository) {
      return KeyRange.<ReferenceKey>prefix(new KeyWriter().digest(target).toBytes())
          .after(new KeyWriter().digest(target).number(repository).small(LAST_KIND).toBytes());
    }

    private static KeyWriter prefix(Digest target, long repository, ReferenceRecord.Kind kind) {
      return new KeyWriter().digest(target).number(repository).small(kind.getNumber());
    }

    private static ReferenceKey decode(KeyReader in) {
      return new ReferenceKey(
          in.digest(), in.number(), ReferenceRecord.Kind.forNumber(in.small()), in.digest());
    }

    private byte[] encode() {
      return prefix(target, repository, kind).digest(manifest).toBytes();
    }
  }

  /** An object of a region's storage. */
  public record ObjectKey(RegionId region, String key) {

    static final Codec<ObjectKey> CODEC =
        Codec.of(ObjectKey::encode, bytes -> decode(new KeyReader(bytes)));

    /** Objects of a region whose keys come after one, which need not exist; empty: all. */
    public static KeyRange<ObjectKey> in(RegionId region, String last) {
      KeyRange<ObjectKey> all = KeyRange.prefix(new KeyWriter().text(region.value()).toBytes());
      return last.isEmpty() ? all : all.after(new ObjectKey(region, last).encode());
    }

    private static ObjectKey decode(KeyReader in) {
      return new ObjectKey(RegionId.parse(in.text()), in.rest());
    }

    private byte[] encode() {
      return new KeyWriter().text(region.value()).rest(key).toBytes();
    }
  }

  /** The end, in cluster time, of a link that no manifest references. */
  public record ExpiringKey(long expiresMillis, long repository, Digest digest) {

    static final Codec<ExpiringKey> CODEC =
        Codec.of(ExpiringKey::encode, bytes -> decode(new KeyReader(bytes)));

    /** Links that ended at this time or before, the oldest first. */
    public static KeyRange<ExpiringKey> until(long timeMillis) {
      return KeyRange.before(new KeyWriter().number(timeMillis + 1).toBytes());
    }

    private static ExpiringKey decode(KeyReader in) {
      return new ExpiringKey(in.number(), in.number(), in.digest());
    }

    private byte[] encode() {
      return new KeyWriter().number(expiresMillis).number(repository).digest(digest).toBytes();
    }
  }

  /**
   * A copy that a region lacks.
   *
   * @param backfill less urgent than what was pushed
   * @param revision that found it missing
   */
  public record MissingKey(RegionId region, boolean backfill, long revision, Digest digest) {

    static final Codec<MissingKey> CODEC =
        Codec.of(MissingKey::encode, bytes -> decode(new KeyReader(bytes)));

    /** All that a region lacks, the most urgent first. */
    public static KeyRange<MissingKey> in(RegionId region) {
      return KeyRange.prefix(new KeyWriter().text(region.value()).toBytes());
    }

    /** All of one class. */
    public static KeyRange<MissingKey> in(RegionId region, boolean backfill) {
      return KeyRange.prefix(prefix(region, backfill).toBytes());
    }

    private static KeyWriter prefix(RegionId region, boolean backfill) {
      return new KeyWriter().text(region.value()).small(backfill ? 1 : 0);
    }

    private static MissingKey decode(KeyReader in) {
      return new MissingKey(RegionId.parse(in.text()), in.small() == 1, in.number(), in.digest());
    }

    private byte[] encode() {
      return prefix(region, backfill).number(revision).digest(digest).toBytes();
    }
  }

  /** An account that is in a group. */
  public record MemberKey(GroupName group, AccountName account) {

    static final Codec<MemberKey> CODEC =
        Codec.of(MemberKey::encode, bytes -> decode(new KeyReader(bytes)));

    /** Members of a group whose names come after one, which need not be there; empty: all. */
    public static KeyRange<MemberKey> in(GroupName group, String last) {
      KeyRange<MemberKey> all = KeyRange.prefix(new KeyWriter().text(group.value()).toBytes());
      return last.isEmpty()
          ? all
          : all.after(new KeyWriter().text(group.value()).rest(last).toBytes());
    }

    private static MemberKey decode(KeyReader in) {
      return new MemberKey(GroupName.parse(in.text()), AccountName.parse(in.rest()));
    }

    private byte[] encode() {
      return new KeyWriter().text(group.value()).rest(account.value()).toBytes();
    }
  }

  /**
   * What a subject is granted, or denied, under a pattern.
   *
   * @param deny denials have rows of their own
   */
  public record GrantKey(Subject subject, RepositoryPattern pattern, boolean deny) {

    static final Codec<GrantKey> CODEC =
        Codec.of(GrantKey::encode, bytes -> decode(new KeyReader(bytes)));

    /** All that are about a subject, by pattern. */
    public static KeyRange<GrantKey> of(Subject subject) {
      return KeyRange.prefix(new KeyWriter().text(subject.value()).toBytes());
    }

    /** Those of these that come after one, which need not be there. */
    public static KeyRange<GrantKey> after(KeyRange<GrantKey> range, GrantKey last) {
      return range.after(last.encode());
    }

    private static GrantKey decode(KeyReader in) {
      return new GrantKey(
          Subject.parse(in.text()), RepositoryPattern.parse(in.text()), in.small() == 1);
    }

    private byte[] encode() {
      return new KeyWriter()
          .text(subject.value())
          .text(pattern.value())
          .small(deny ? 1 : 0)
          .toBytes();
    }
  }

  /** Tags that do not move, of the repositories of a pattern. */
  public record TagRuleKey(RepositoryPattern pattern, TagPattern tags) {

    static final Codec<TagRuleKey> CODEC =
        Codec.of(TagRuleKey::encode, bytes -> decode(new KeyReader(bytes)));

    /** All of a pattern. */
    public static KeyRange<TagRuleKey> of(RepositoryPattern pattern) {
      return KeyRange.prefix(new KeyWriter().text(pattern.value()).toBytes());
    }

    private static TagRuleKey decode(KeyReader in) {
      return new TagRuleKey(RepositoryPattern.parse(in.text()), TagPattern.parse(in.rest()));
    }

    private byte[] encode() {
      return new KeyWriter().text(pattern.value()).rest(tags.value()).toBytes();
    }
  }

  /**
   * A key that signs tokens.
   *
   * @param revision that added it
   */
  public record SigningKeyKey(long revision, String id) {

    static final Codec<SigningKeyKey> CODEC =
        Codec.of(SigningKeyKey::encode, bytes -> decode(new KeyReader(bytes)));

    private static SigningKeyKey decode(KeyReader in) {
      return new SigningKeyKey(in.number(), in.rest());
    }

    private byte[] encode() {
      return new KeyWriter().number(revision).rest(id).toBytes();
    }
  }
}
