package dev.meridian.controlplane.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.meridian.controlplane.apply.CommandApplier;
import dev.meridian.controlplane.store.LogPosition;
import dev.meridian.controlplane.store.MetadataDb;
import dev.meridian.model.MediaTypes;
import dev.meridian.model.RegionId;
import dev.meridian.proto.admin.CreateRepositoryRequest;
import dev.meridian.proto.admin.DeletePolicyRequest;
import dev.meridian.proto.admin.DeleteRepositoryRequest;
import dev.meridian.proto.admin.DeleteTagRequest;
import dev.meridian.proto.admin.DrainNodeRequest;
import dev.meridian.proto.admin.DrainRegionRequest;
import dev.meridian.proto.admin.PauseReplicationRequest;
import dev.meridian.proto.admin.RemoveRegionRequest;
import dev.meridian.proto.admin.RestoreTagRequest;
import dev.meridian.proto.admin.SetPolicyRequest;
import dev.meridian.proto.admin.SetTagsRequest;
import dev.meridian.proto.log.Entry;
import dev.meridian.proto.metadata.ExecuteRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What stands in the log is applied by every server for ever: nothing in it may make apply fail.
 */
class PreparedCommandsTest {

  private static final int REQUESTS = 3_000;

  private static final List<String> TEXTS =
      List.of(
          "demo/app",
          "demo/app",
          "us-east",
          "us-east",
          "v1",
          "0/a",
          ManifestJsonText.digest("config").toString(),
          ManifestJsonText.digest("config").toString(),
          "sha512:" + "0".repeat(128),
          "",
          "\0",
          "../..",
          "Ünicode",
          "sha256:",
          "x".repeat(2_000));

  private static final List<String> CONTENTS =
      List.of(
          ManifestJsonText.image("", ""),
          ManifestJsonText.image(
              ManifestJsonText.layer("config"), ",'annotations':{'a':'\\u0000'}"),
          ManifestJsonText.index(ManifestJsonText.descriptor(MediaTypes.OCI_MANIFEST, "m"), ""),
          "{'schemaVersion':2",
          "{}");

  private final Random random = new Random(7);

  @TempDir Path directory;

  @Test
  void whatThePreparerLetsPassIsApplied() {
    CommandApplier applier = new CommandApplier();
    int passed = 0;
    try (MetadataDb db = MetadataDb.open(directory)) {
      CommandEnvelope envelope =
          new CommandEnvelope(db::revision, () -> Instant.EPOCH, Duration.ofHours(1), 100);
      CommandPreparer nodes = new CommandPreparer(envelope);
      AdminPreparer operators =
          new AdminPreparer(
              new OperatorEnvelope(
                  envelope,
                  () -> new Caller(Caller.OPERATOR, ""),
                  RegionId.parse("us-east"),
                  false));
      for (int i = 0; i < REQUESTS; i++) {
        PreparedCommand prepared =
            random.nextInt(3) == 0 ? prepared(operators, i) : nodes.prepare(request(i));
        if (prepared instanceof PreparedCommand.Ready ready) {
          Entry entry = Entry.newBuilder().addCommands(ready.command()).build();
          assertThat(applier.apply(db, new LogPosition(1, i), entry).getOutcomesCount())
              .isEqualTo(1);
          passed++;
        }
      }
    }
    assertThat(passed).isGreaterThan(REQUESTS / 20);
  }

  private PreparedCommand prepared(AdminPreparer preparer, int number) {
    Message.Builder request =
        switch (random.nextInt(11)) {
          case 0 -> CreateRepositoryRequest.newBuilder();
          case 1 -> DeleteRepositoryRequest.newBuilder();
          case 2 -> DeleteTagRequest.newBuilder();
          case 3 -> RestoreTagRequest.newBuilder();
          case 4 -> DrainRegionRequest.newBuilder();
          case 5 -> RemoveRegionRequest.newBuilder();
          case 6 -> DrainNodeRequest.newBuilder();
          case 7 -> SetPolicyRequest.newBuilder();
          case 8 -> DeletePolicyRequest.newBuilder();
          case 9 -> PauseReplicationRequest.newBuilder();
          default -> SetTagsRequest.newBuilder();
        };
    fill(request);
    request.setField(request.getDescriptorForType().findFieldByName("command_id"), id(number));
    return switch (request.build()) {
      case CreateRepositoryRequest create -> preparer.prepare(create);
      case DeleteRepositoryRequest delete -> preparer.prepare(delete);
      case DeleteTagRequest delete -> preparer.prepare(delete);
      case RestoreTagRequest restore -> preparer.prepare(restore);
      case DrainRegionRequest drain -> preparer.prepare(drain);
      case RemoveRegionRequest remove -> preparer.prepare(remove);
      case DrainNodeRequest drain -> preparer.prepare(drain);
      case SetTagsRequest set -> preparer.prepare(set);
      case SetPolicyRequest set -> preparer.prepare(set);
      case DeletePolicyRequest delete -> preparer.prepare(delete);
      case PauseReplicationRequest pause -> preparer.prepare(pause);
      default -> throw new AssertionError("operators ask nothing like it");
    };
  }

  private static ByteString id(int number) {
    return ByteString.copyFromUtf8("%016d".formatted(number));
  }

  private ExecuteRequest request(int number) {
    ExecuteRequest.Builder request =
        ExecuteRequest.newBuilder().setCommandId(id(number)).setPrincipal("alice");
    List<FieldDescriptor> operations =
        ExecuteRequest.getDescriptor().getOneofs().getFirst().getFields();
    FieldDescriptor operation = operations.get(random.nextInt(operations.size()));
    Message.Builder message = request.newBuilderForField(operation);
    fill(message);
    return request.setField(operation, message.build()).build();
  }

  private void fill(Message.Builder message) {
    for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
      if (field.isRepeated()) {
        for (int i = random.nextInt(3); i > 0; i--) {
          message.addRepeatedField(field, value(message, field));
        }
      } else if (field.getContainingOneof() == null || random.nextInt(4) == 0) {
        message.setField(field, value(message, field));
      }
    }
  }

  /** Most texts are of the form that the field's name asks for. */
  private Object value(Message.Builder message, FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case STRING -> random.nextInt(10) > 0 ? fitting(field.getName()) : pick(TEXTS);
      case BYTE_STRING ->
          ByteString.copyFrom(
              ManifestJsonText.json(pick(CONTENTS)).getBytes(StandardCharsets.UTF_8));
      case LONG -> random.nextBoolean() ? 6L : random.nextLong();
      case INT -> random.nextInt();
      case BOOLEAN -> true;
      case MESSAGE -> {
        Message.Builder inner = message.newBuilderForField(field);
        fill(inner);
        yield inner.build();
      }
      case FLOAT, DOUBLE, ENUM ->
          throw new AssertionError("requests have no field like " + field.getFullName());
    };
  }

  private String fitting(String field) {
    return switch (field) {
      case "repository", "from" -> random.nextBoolean() ? "demo/app" : "demo/base";
      case "digest" -> random.nextInt(3) == 0 ? "" : ManifestJsonText.digest("config").toString();
      case "digests" -> ManifestJsonText.digest("config").toString();
      case "region", "regions", "only" -> random.nextBoolean() ? "us-east" : "eu-west";
      case "tag", "tags" -> random.nextBoolean() ? "v1" : "v2";
      case "object_key", "object_keys" -> "0/" + random.nextInt(20);
      default -> "";
    };
  }

  private String pick(List<String> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}
