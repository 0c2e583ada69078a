package dev.meridian.node.blobs.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ListedPartsTest {

  @Test
  void readsWhatCephAnswers() throws IOException {
    ListedParts parts =
        ListedParts.parse(
            xml(
                """
                <?xml version="1.0" encoding="UTF-8"?>\
                <ListPartsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
                <Bucket>b</Bucket><Key>k</Key><UploadId>2~GZ</UploadId>
                <NextPartNumberMarker>1</NextPartNumberMarker><IsTruncated>true</IsTruncated>
                <Owner><ID></ID><DisplayName></DisplayName></Owner>
                <Part><LastModified>2026-11-23T19:32:07.412Z</LastModified>
                <PartNumber>1</PartNumber><ETag>&quot;e09c&quot;</ETag><Size>10</Size></Part>
                </ListPartsResult>\
                """));
    assertThat(parts.parts()).containsExactly(new ListedParts.Part(1, "e09c", 10));
    assertThat(parts.more()).isTrue();
  }

  @Test
  void refusesWhatIsNoListOfParts() {
    assertThatThrownBy(() -> ListedParts.parse(xml("<html><body>")))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> ListedParts.parse(xml("<a><Part><Size>1</Size></Part></a>")))
        .isInstanceOf(IOException.class);
  }

  @Test
  void resolvesNoEntities() {
    String text = "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a><Part>&x;</Part></a>";
    assertThatThrownBy(() -> ListedParts.parse(xml(text))).isInstanceOf(IOException.class);
  }

  private static InputStream xml(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }
}
