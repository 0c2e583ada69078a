package dev.meridian.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.model.Digest;
import dev.meridian.node.http.RegistryClient.Answer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** OCI distribution-spec, "Content Discovery". */
class DiscoveryTest extends EdgeTest {

  private static final String TAGS = "/v2/demo/app/tags/list";

  private void pushTags() throws IOException {
    for (String tag : List.of("b", "a", "C", "1", "_x")) {
      push("demo/app", tag, image("one"));
    }
  }

  @Test
  void listsTagsInByteOrder() throws IOException {
    pushTags();
    Answer answer = client.get(TAGS);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    assertThat(answer.json().path("name").asString()).isEqualTo("demo/app");
    assertThat(names(answer, "tags")).containsExactly("1", "C", "_x", "a", "b");
    assertThat(answer.header("Link")).isNull();
  }

  @Test
  void listsTagsAfterTheLastOneAlsoWhenThatIsGone() throws IOException {
    pushTags();
    assertThat(names(client.get(TAGS + "?last=_x"), "tags")).containsExactly("a", "b");
    assertThat(names(client.get(TAGS + "?last=Z"), "tags")).containsExactly("_x", "a", "b");
    assertThat(names(client.get(TAGS + "?last=zz"), "tags")).isEmpty();
  }

  @Test
  void leadsFromPageToPage() throws IOException {
    pushTags();
    List<String> all = new ArrayList<>();
    String next = TAGS + "?n=2";
    int pages = 0;
    while (next != null) {
      Answer page = client.get(next);
      all.addAll(names(page, "tags"));
      next = link(page);
      pages++;
    }
    assertThat(all).containsExactly("1", "C", "_x", "a", "b");
    assertThat(pages).isEqualTo(3);
  }

  @Test
  void answersAnEmptyListToNoneAskedFor() throws IOException {
    pushTags();
    Answer none = client.get(TAGS + "?n=0");
    assertThat(none.status()).isEqualTo(200);
    assertThat(names(none, "tags")).isEmpty();
    assertThat(none.header("Link")).isNull();
    assertThat(client.get("/v2/no/such/tags/list?n=0").status()).isEqualTo(404);
  }

  @Test
  void listsNoTagsOfARepositoryWithoutAny() throws IOException {
    push("demo/app", "1", image("one"));
    client.delete("/v2/demo/app/manifests/1");
    assertThat(client.get(TAGS).json().path("tags").isArray()).isTrue();
    assertThat(names(client.get(TAGS), "tags")).isEmpty();
    assertThat(client.get("/v2/no/such/tags/list").code()).isEqualTo("NAME_UNKNOWN");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "x", "1.5", "", "99999999999999999999"})
  void refusesALimitThatIsNoNumber(String n) throws IOException {
    for (String path : List.of(TAGS, "/v2/_catalog")) {
      Answer answer = client.get(path + "?n=" + n);
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.message()).contains("parameter n");
    }
  }

  @Test
  void listsRepositories() throws IOException {
    for (String name : List.of("b/two", "a", "b/one")) {
      push(name, "1", image("one"));
    }
    assertThat(names(client.get("/v2/_catalog"), "repositories"))
        .containsExactly("a", "b/one", "b/two");
    Answer first = client.get("/v2/_catalog?n=2");
    assertThat(names(first, "repositories")).containsExactly("a", "b/one");
    assertThat(names(client.get(link(first)), "repositories")).containsExactly("b/two");
    assertThat(names(client.get("/v2/_catalog?n=0"), "repositories")).isEmpty();
  }

  /** As docker and podman read it: every name of a field counts. */
  @Test
  void findsRepositoriesByAPartOfTheirName() throws IOException {
    for (String name : List.of("team/web", "web/one", "other")) {
      push(name, "1", image("one"));
    }
    Answer answer = client.get("/v1/search?q=WEB");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text())
        .isEqualTo(
            """
            {"query":"WEB","num_results":2,"num_pages":1,"page":1,"page_size":25,"results":[\
            {"name":"team/web","description":"","star_count":0,"is_official":false,"is_automated":false},\
            {"name":"web/one","description":"","star_count":0,"is_official":false,"is_automated":false}]}\
            """);
    assertThat(found("q=")).containsExactly("other", "team/web", "web/one");
    assertThat(found("n=5")).hasSize(3);
    assertThat(found("q=nothing")).isEmpty();
    assertThat(found("q=" + "w".repeat(300))).isEmpty();
    assertThat(found("q=we%00b%0a")).isEmpty();
  }

  @Test
  void answersPagesOfSearch() throws IOException {
    for (int i = 0; i < 5; i++) {
      push("app" + i, "1", image("one"));
    }
    assertThat(found("q=app&n=2")).containsExactly("app0", "app1");
    assertThat(found("q=app&n=2&page=3")).containsExactly("app4");
    assertThat(found("q=app&n=2&page=4")).isEmpty();
    assertThat(found("q=app&n=100&page=999999999")).isEmpty();
    assertThat(found("q=app&n=0")).containsExactly("app0");
    assertThat(client.get("/v1/search?q=app&n=2").json().path("num_pages").asInt()).isEqualTo(2);
    assertThat(client.get("/v1/search?q=app&n=999").json().path("page_size").asInt())
        .isEqualTo(100);
    for (String wrong : List.of("n=-1", "n=x", "page=-1", "page=9999999999")) {
      Answer answer = client.get("/v1/search?" + wrong);
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.message()).contains("parameter " + wrong.split("=")[0]);
    }
  }

  @Test
  void saysThatItStandsAlone() throws IOException {
    Answer answer = client.get("/v1/_ping");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("X-Docker-Registry-Standalone")).isEqualTo("true");
    assertThat(answer.json().path("standalone").asBoolean()).isTrue();
  }

  private List<String> found(String query) throws IOException {
    List<String> names = new ArrayList<>();
    client
        .get("/v1/search?" + query)
        .json()
        .path("results")
        .forEach(result -> names.add(result.path("name").asString()));
    return names;
  }

  @Test
  void listsReferrersAlsoOfWhatIsNotThere() throws IOException {
    Digest subject = sha256("missing");
    Answer none = client.get("/v2/no/such/referrers/" + subject);
    assertThat(none.status()).isEqualTo(200);
    assertThat(none.header("Content-Type")).isEqualTo(INDEX);
    assertThat(none.json().path("schemaVersion").asInt()).isEqualTo(2);
    assertThat(none.json().path("mediaType").asString()).isEqualTo(INDEX);
    assertThat(none.json().path("manifests").isArray()).isTrue();
    String artifact = artifact("sbom", subject, "text/spdx+json");
    Digest digest = push("demo/app", sha256(artifact).toString(), artifact);
    JsonNode entry =
        client.get("/v2/demo/app/referrers/" + subject).json().path("manifests").path(0);
    assertThat(entry.path("digest").asString()).isEqualTo(digest.toString());
    assertThat(entry.path("mediaType").asString()).isEqualTo(IMAGE);
    assertThat(entry.path("size").asInt()).isEqualTo(artifact.length());
    assertThat(entry.path("artifactType").asString()).isEqualTo("text/spdx+json");
    assertThat(entry.path("annotations").path("name").asString()).isEqualTo("sbom");
    assertThat(client.get("/v2/demo/app/referrers/sha256:x").code()).isEqualTo("DIGEST_INVALID");
  }

  @Test
  void refusesToGoOnAfterWhatIsNoReferrer() throws IOException {
    Answer answer = client.get("/v2/demo/app/referrers/" + sha256("x") + "?last=x");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.code()).isEqualTo("DIGEST_INVALID");
    assertThat(answer.message()).contains("last");
  }

  @Test
  void filtersReferrersAndSaysSo() throws IOException {
    Digest subject = sha256("missing");
    push("demo/app", "1", artifact("a", subject, "text/spdx+json"));
    push("demo/app", "2", artifact("b", subject, "text/other"));
    String path = "/v2/demo/app/referrers/" + subject;
    for (String type : List.of("text/spdx+json", "text/spdx%2Bjson", "text%2Fspdx%2Bjson")) {
      Answer filtered = client.get(path + "?artifactType=" + type);
      assertThat(filtered.header("OCI-Filters-Applied")).isEqualTo("artifactType");
      assertThat(filtered.json().path("manifests").size()).isEqualTo(1);
    }
    Answer nothing = client.get(path + "?artifactType=a/b");
    assertThat(nothing.header("OCI-Filters-Applied")).isEqualTo("artifactType");
    assertThat(nothing.json().path("manifests").size()).isZero();
    assertThat(client.get(path).header("OCI-Filters-Applied")).isNull();
  }

  @Test
  void pagesReferrersThatDoNotFitOneIndex() throws IOException {
    Digest subject = sha256("missing");
    for (int i = 0; i < 3; i++) {
      push("demo/app", "t" + i, artifact(i + "x".repeat(2 << 20), subject, "a/b"));
    }
    List<String> all = new ArrayList<>();
    String next = "/v2/demo/app/referrers/" + subject + "?artifactType=a%2Fb";
    int pages = 0;
    while (next != null) {
      Answer page = client.get(next);
      assertThat(page.header("OCI-Filters-Applied")).isEqualTo("artifactType");
      assertThat(page.bytes().length).isLessThan(4 << 20);
      page.json().path("manifests").forEach(m -> all.add(m.path("digest").asString()));
      next = link(page);
      pages++;
    }
    assertThat(all).doesNotHaveDuplicates().hasSize(3);
    assertThat(pages).isEqualTo(3);
  }

  private static String link(Answer answer) {
    String link = answer.header("Link");
    if (link == null) {
      return null;
    }
    assertThat(link).endsWith(">; rel=\"next\"").startsWith("</v2/");
    return link.substring(1, link.indexOf('>'));
  }

  private static List<String> names(Answer answer, String field) {
    List<String> names = new ArrayList<>();
    answer.json().path(field).forEach(name -> names.add(name.asString()));
    return names;
  }
}
