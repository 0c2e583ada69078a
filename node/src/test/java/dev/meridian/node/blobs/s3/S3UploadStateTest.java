package dev.meridian.node.blobs.s3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.node.blobs.ObjectKeys;
import dev.meridian.node.blobs.UploadState;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class S3UploadStateTest {

  private final String session = ObjectKeys.create(0);

  @Test
  void survivesItsEncoding() {
    PartTags tags = new PartTags(List.of("one", "two"));
    S3UploadState.Parts parts =
        new S3UploadState.Parts(
            ObjectKeys.createWithin(session, 0), "upload-id_~.+/=", 2, tags.hash(), true);
    S3UploadState.Tail tail = new S3UploadState.Tail(ObjectKeys.createWithin(session, 77), 7);
    for (S3UploadState state :
        List.of(
            new S3UploadState(session, 0, Optional.empty(), Optional.empty()),
            new S3UploadState(session, 7, Optional.empty(), Optional.of(tail)),
            new S3UploadState(session, 77, Optional.of(parts), Optional.empty()),
            new S3UploadState(session, 77, Optional.of(parts), Optional.of(tail)))) {
      S3UploadState decoded = S3UploadState.decode(state.encode());
      assertThat(decoded).usingRecursiveComparison().isEqualTo(state);
    }
  }

  @Test
  void staysWithinATokenWithAnUploadIdOf200Characters() {
    S3UploadState.Parts parts =
        new S3UploadState.Parts(
            ObjectKeys.createWithin(session, 0),
            "x".repeat(200),
            10_000,
            PartTags.NONE.hash(),
            false);
    S3UploadState.Tail tail =
        new S3UploadState.Tail(ObjectKeys.createWithin(session, 5L << 40), 5L << 20);
    UploadState state =
        new S3UploadState(session, 5L << 40, Optional.of(parts), Optional.of(tail)).encode();
    assertThat(state.storage()).hasSizeLessThanOrEqualTo(512).matches("[A-Za-z0-9_-]*");
  }

  @Test
  void tellsPartsApartByTheirTags() {
    PartTags tags = new PartTags(List.of("one", "two"));
    S3UploadState.Parts parts =
        new S3UploadState.Parts(ObjectKeys.createWithin(session, 0), "id", 2, tags.hash(), false);
    assertThat(parts.matches(tags)).isTrue();
    assertThat(parts.matches(new PartTags(List.of("two", "one")))).isFalse();
    assertThat(parts.matches(new PartTags(List.of("one", "two", "three")))).isFalse();
    assertThat(parts.matches(new PartTags(List.of("onetwo", "")))).isFalse();
  }
}
