package dev.meridian.controlplane.rpc.calls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.controlplane.disk.UnavailableException;
import dev.meridian.proto.log.CommandRejection;
import dev.meridian.proto.log.RejectionCode;
import dev.meridian.proto.metadata.RejectionDetail;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GrpcErrorsTest {

  @ParameterizedTest
  @EnumSource(value = RejectionCode.class, mode = EnumSource.Mode.EXCLUDE, names = "UNRECOGNIZED")
  void everyRejectionTravelsWhole(RejectionCode code) throws Exception {
    CommandRejection rejection =
        CommandRejection.newBuilder()
            .setCode(code)
            .setMessage("why ü")
            .addSubjects("sha256:1")
            .build();
    StatusRuntimeException error = GrpcErrors.of(new RejectedException(rejection, 7));
    assertThat(error.getStatus().getCode())
        .isNotIn(Status.Code.OK, Status.Code.UNAVAILABLE, Status.Code.INTERNAL);
    assertThat(RejectionDetail.parseFrom(error.getTrailers().get(GrpcErrors.REJECTION)))
        .isEqualTo(
            RejectionDetail.newBuilder()
                .setCode(code.name())
                .setMessage("why ü")
                .addSubjects("sha256:1")
                .setRevision(7)
                .build());
  }

  @Test
  void saysWhetherSomethingMayHaveBeenApplied() {
    StatusRuntimeException none = GrpcErrors.of(new UnavailableException("no quorum"));
    assertThat(none.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(none.getTrailers().get(GrpcErrors.OUTCOME)).isEqualTo("none");
    StatusRuntimeException unknown =
        GrpcErrors.of(new Commands.UnknownOutcomeException("no answer"));
    assertThat(unknown.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(unknown.getTrailers().get(GrpcErrors.OUTCOME)).isEqualTo("unknown");
  }

  @Test
  void tellsNothingOfABugButThatItIsOne() {
    StatusRuntimeException error = GrpcErrors.of(new NullPointerException("secret"));
    assertThat(error.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL);
    assertThat(error.getMessage()).doesNotContain("secret");
  }
}
