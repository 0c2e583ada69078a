package dev.meridian.controlplane.rpc.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.proto.log.RejectionCode;
import org.junit.jupiter.api.Test;

class RequestFieldsTest {

  @Test
  void aPageOfDigestsBeginsAtTheFirstOrAfterADigest() {
    String digest = "sha256:" + "0".repeat(64);
    assertThat(RequestFields.lastDigest("")).isEmpty();
    assertThat(RequestFields.lastDigest(digest)).isEqualTo(digest);
    assertThatThrownBy(() -> RequestFields.lastDigest("sha256:zz"))
        .isInstanceOfSatisfying(
            RejectedException.class,
            e -> assertThat(e.rejection().getCode()).isEqualTo(RejectionCode.DIGEST_INVALID));
  }

  @Test
  void aPageHasALimitThatFitsAnAnswer() {
    assertThat(RequestFields.limit(7)).isEqualTo(7);
    assertThat(RequestFields.limit(0)).isEqualTo(10_000);
    assertThat(RequestFields.limit(Integer.MAX_VALUE)).isEqualTo(10_000);
  }
}
