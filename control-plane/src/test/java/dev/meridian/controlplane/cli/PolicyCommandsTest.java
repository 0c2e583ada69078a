package dev.meridian.controlplane.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.proto.admin.DeletePolicyReply;
import dev.meridian.proto.admin.DeletePolicyRequest;
import dev.meridian.proto.admin.ListPoliciesReply;
import dev.meridian.proto.admin.ListPoliciesRequest;
import dev.meridian.proto.admin.Policy;
import dev.meridian.proto.admin.PolicyServiceGrpc;
import dev.meridian.proto.admin.SetPolicyReply;
import dev.meridian.proto.admin.SetPolicyRequest;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Policies. */
class PolicyCommandsTest {

  private final FakePolicies policies = new FakePolicies();
  private final FakeServer server = FakeServer.of(policies);

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void listsPolicies() {
    assertThat(server.run("policy", "list").out())
        .isEqualTo(
            """
            PREFIX    REGIONS           EAGER  ONLY              MIN COPIES
            -         all               yes    -                          1
            team/app  eu-west, us-east  no     eu-west, us-east           2
            """);
    JsonNode json = server.run("policy", "list", "-o", "json").json();
    assertThat(json.at("/policies/1").propertyNames())
        .containsExactly("prefix", "regions", "eager", "only", "min_copies");
    assertThat(json.at("/policies/0/regions").isArray()).isTrue();
    assertThat(json.at("/policies/0/regions").size()).isZero();
    assertThat(json.at("/policies/1/only/1").asString()).isEqualTo("us-east");
  }

  @Test
  void setsAPolicyAsAWhole() {
    assertThat(
            server.run(
                "policy",
                "set",
                "team/app",
                "--regions",
                "eu-west,us-east",
                "--on-demand",
                "--only",
                "eu-west,us-east",
                "--min-copies",
                "2"))
        .isEqualTo(new Ran(0, "the policy of team/app is set\n", ""));
    assertThat(server.run("policy", "set", "team").code()).isZero();
    Ran ran = server.run("policy", "set", "--default", "--regions", "all", "-o", "json");
    assertThat(ran.json().at("/revision").asLong()).isEqualTo(5);

    assertThat(policies.set)
        .extracting(SetPolicyRequest::getPolicy)
        .containsExactly(
            FakePolicies.DURABLE,
            Policy.newBuilder().setPrefix("team").setEager(true).setMinCopies(1).build(),
            Policy.newBuilder().setEager(true).setMinCopies(1).build());
    assertThat(policies.set).allMatch(set -> FakeServer.isCommandId(set.getCommandId()));
  }

  @Test
  void refusesPoliciesThatContradictThemselves() {
    assertThat(server.run("policy", "set").err()).contains("expected either PREFIX or --default");
    assertThat(server.run("policy", "set", "team", "--default").code()).isEqualTo(2);
    assertThat(server.run("policy", "set", "team", "--eager", "--on-demand").err())
        .contains("--eager and --on-demand exclude each other");
    assertThat(server.run("policy", "set", "team", "--regions", "EU").err())
        .contains("--regions: region \"EU\" is not valid");
    assertThat(server.run("policy", "set", "team", "--min-copies", "0").code()).isEqualTo(2);
    assertThat(server.run("policy", "set", "Team/").code()).isEqualTo(2);
    assertThat(policies.set).isEmpty();
  }

  @Test
  void deletesAPolicy() {
    assertThat(server.run("policy", "delete", "team").out())
        .isEqualTo("the policy of team is deleted\n");
    assertThat(server.run("policy", "delete", "--default").out())
        .isEqualTo("the policy of all that has no other is deleted\n");
    assertThat(policies.deleted)
        .extracting(DeletePolicyRequest::getPrefix)
        .containsExactly("team", "");
  }

  private static final class FakePolicies extends PolicyServiceGrpc.PolicyServiceImplBase {

    static final Policy DURABLE =
        Policy.newBuilder()
            .setPrefix("team/app")
            .addRegions("eu-west")
            .addRegions("us-east")
            .addOnly("eu-west")
            .addOnly("us-east")
            .setMinCopies(2)
            .build();

    private final List<SetPolicyRequest> set = Collections.synchronizedList(new ArrayList<>());
    private final List<DeletePolicyRequest> deleted =
        Collections.synchronizedList(new ArrayList<>());

    @Override
    public void listPolicies(ListPoliciesRequest request, StreamObserver<ListPoliciesReply> reply) {
      FakeServer.answer(
          reply,
          () ->
              ListPoliciesReply.newBuilder()
                  .addPolicies(Policy.newBuilder().setEager(true).setMinCopies(1))
                  .addPolicies(DURABLE)
                  .build());
    }

    @Override
    public void setPolicy(SetPolicyRequest request, StreamObserver<SetPolicyReply> reply) {
      set.add(request);
      FakeServer.answer(reply, () -> SetPolicyReply.newBuilder().setRevision(5).build());
    }

    @Override
    public void deletePolicy(DeletePolicyRequest request, StreamObserver<DeletePolicyReply> reply) {
      deleted.add(request);
      FakeServer.answer(reply, () -> DeletePolicyReply.newBuilder().setRevision(6).build());
    }
  }
}
