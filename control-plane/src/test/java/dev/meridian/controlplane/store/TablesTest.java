package dev.meridian.controlplane.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.controlplane.store.Keys.ContentKey;
import dev.meridian.controlplane.store.Keys.ExpiringKey;
import dev.meridian.controlplane.store.Keys.ManifestTagKey;
import dev.meridian.controlplane.store.Keys.MissingKey;
import dev.meridian.controlplane.store.Keys.ObjectKey;
import dev.meridian.controlplane.store.Keys.ReferenceKey;
import dev.meridian.controlplane.store.Keys.ReferrerKey;
import dev.meridian.controlplane.store.Keys.TagChangeKey;
import dev.meridian.controlplane.store.Keys.TagKey;
import dev.meridian.model.Digest;
import dev.meridian.model.Digest.Algorithm;
import dev.meridian.model.RegionId;
import dev.meridian.model.TagName;
import dev.meridian.proto.store.BlobRecord;
import dev.meridian.proto.store.PlacementRecord;
import dev.meridian.proto.store.ReferenceRecord;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TablesTest {

  private static final Digest SHORT = Digest.of(Algorithm.SHA256, new byte[] {1});
  private static final Digest LONG = Digest.of(Algorithm.SHA512, new byte[] {1});
  private static final TagName TAG = TagName.parse("v1");

  @Test
  void listsEveryTableOnce() {
    List<Table<?, ?>> declared =
        Arrays.stream(Tables.class.getDeclaredFields())
            .filter(field -> Modifier.isPublic(field.getModifiers()))
            .filter(field -> field.getType() == Table.class)
            .<Table<?, ?>>map(TablesTest::table)
            .toList();
    assertThat(Tables.ALL).containsExactlyElementsOf(declared);
    assertThat(Tables.ALL.stream().map(Table::name)).doesNotHaveDuplicates();
  }

  @Test
  void keysComeBackAsTheyWereWritten() {
    for (Digest digest : List.of(SHORT, LONG)) {
      assertComesBack(ContentKey.CODEC, new ContentKey(7, digest));
      assertComesBack(ManifestTagKey.CODEC, new ManifestTagKey(7, digest, TAG));
      assertComesBack(ReferrerKey.CODEC, new ReferrerKey(7, digest, SHORT));
      assertComesBack(
          ReferenceKey.CODEC, new ReferenceKey(digest, 7, ReferenceRecord.Kind.MANIFEST, LONG));
      assertComesBack(ExpiringKey.CODEC, new ExpiringKey(1L << 40, 7, digest));
    }
    assertComesBack(TagKey.CODEC, new TagKey(Long.MAX_VALUE, TAG));
    assertComesBack(TagChangeKey.CODEC, new TagChangeKey(7, TAG, 12));
    assertComesBack(
        MissingKey.CODEC, new MissingKey(RegionId.parse("us-east"), true, 1L << 40, LONG));
    assertComesBack(ObjectKey.CODEC, new ObjectKey(RegionId.parse("us-east"), "12/ab"));
  }

  @Test
  void writesKeysAsDrawn() {
    assertThat(hex(TagKey.CODEC, new TagKey(258, TAG))).isEqualTo("0000000000000102" + "7631");
    assertThat(hex(TagChangeKey.CODEC, new TagChangeKey(1, TAG, 2)))
        .isEqualTo("0000000000000001" + "763100" + "fffffffffffffffd");
    assertThat(hex(ContentKey.CODEC, new ContentKey(1, SHORT)))
        .isEqualTo("0000000000000001" + "01" + SHORT.hex());
    assertThat(hex(ReferenceKey.CODEC, reference(LONG)))
        .isEqualTo("02" + LONG.hex() + "0000000000000001" + "01" + "01" + SHORT.hex());
    assertThat(hex(ObjectKey.CODEC, new ObjectKey(RegionId.parse("eu"), "0/a")))
        .isEqualTo("657500" + "302f61");
    assertThat(hex(MissingKey.CODEC, missing("eu", true, 2)))
        .isEqualTo("657500" + "01" + "0000000000000002" + "01" + SHORT.hex());
    assertThat(hex(Tables.PURGES.keys(), 258L)).isEqualTo("0000000000000102");
    assertThat(hex(Tables.REGIONS.keys(), RegionId.parse("eu"))).isEqualTo("6575");
    assertThat(hex(ExpiringKey.CODEC, new ExpiringKey(16, 1, SHORT)))
        .isEqualTo("0000000000000010" + "0000000000000001" + "01" + SHORT.hex());
  }

  @Test
  void ordersKeysByTheirParts() {
    assertOrdered(
        TagKey.CODEC, List.of(tag(1, "Z"), tag(1, "a"), tag(1, "aa"), tag(1, "b"), tag(256, "a")));
    assertOrdered(
        TagChangeKey.CODEC,
        List.of(
            new TagChangeKey(1, TagName.parse("a"), 300),
            new TagChangeKey(1, TagName.parse("a"), 2),
            new TagChangeKey(1, TagName.parse("a"), 1),
            new TagChangeKey(1, TagName.parse("a-b"), 900)));
    assertOrdered(
        MissingKey.CODEC,
        List.of(
            missing("us", false, 2),
            missing("us", false, 300),
            missing("us", true, 1),
            missing("us-east", false, 1)));
    List<Digest> digests =
        Stream.of("a", "b", "c", "d")
            .flatMap(text ->
                Stream.of(Algorithm.values())
                    .map(algorithm -> Digest.of(algorithm, text.getBytes())))
            .sorted()
            .toList();
    assertOrdered(
        ContentKey.CODEC, digests.stream().map(digest -> new ContentKey(1, digest)).toList());
  }

  @Test
  void regionsWithACommonBeginningShareNoRange() {
    KeyRange<ObjectKey> range = ObjectKey.in(RegionId.parse("us"), "");
    assertThat(contains(range, new ObjectKey(RegionId.parse("us"), "x"))).isTrue();
    assertThat(contains(range, new ObjectKey(RegionId.parse("us-east"), "x"))).isFalse();
  }

  @Test
  void mapsOfAMessageAreWrittenInOrder() {
    PlacementRecord placement = PlacementRecord.newBuilder().setObjectKey("k").build();
    BlobRecord one =
        BlobRecord.newBuilder().putPlacements("a", placement).putPlacements("b", placement).build();
    BlobRecord other =
        BlobRecord.newBuilder().putPlacements("b", placement).putPlacements("a", placement).build();
    assertThat(Tables.BLOBS.values().encode(one)).isEqualTo(Tables.BLOBS.values().encode(other));
  }

  @Test
  void refusesBytesThatAreNoRow() {
    assertThatThrownBy(() -> Tables.BLOBS.values().decode(new byte[] {1, 2, 3}))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Tables.OBJECTS.values().decode(new byte[] {9}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("digest algorithm 9");
    assertThatThrownBy(() -> new KeyWriter().text("a\0b"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static TagKey tag(long repository, String tag) {
    return new TagKey(repository, TagName.parse(tag));
  }

  private static MissingKey missing(String region, boolean backfill, long revision) {
    return new MissingKey(RegionId.parse(region), backfill, revision, SHORT);
  }

  private static ReferenceKey reference(Digest target) {
    return new ReferenceKey(target, 1, ReferenceRecord.Kind.BLOB, SHORT);
  }

  private static Table<?, ?> table(java.lang.reflect.Field field) {
    try {
      return (Table<?, ?>) field.get(null);
    } catch (IllegalAccessException e) {
      throw new AssertionError(field + " is public", e);
    }
  }

  private static <K> void assertComesBack(Codec<K> codec, K key) {
    assertThat(codec.decode(codec.encode(key))).isEqualTo(key);
  }

  private static <K> String hex(Codec<K> codec, K key) {
    return HexFormat.of().formatHex(codec.encode(key));
  }

  private static <K> void assertOrdered(Codec<K> codec, List<K> keys) {
    List<byte[]> written = keys.stream().map(codec::encode).toList();
    assertThat(written).isSortedAccordingTo(Arrays::compareUnsigned);
  }

  private static boolean contains(KeyRange<ObjectKey> range, ObjectKey key) {
    byte[] bytes = ObjectKey.CODEC.encode(key);
    return Arrays.compareUnsigned(bytes, range.from()) >= 0
        && Arrays.compareUnsigned(bytes, range.to()) < 0;
  }
}
