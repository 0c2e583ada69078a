package dev.meridian.node.blobs.s3;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * One page of what ListParts answers. MinIO's own form of it demands elements that Ceph leaves out.
 *
 * @param parts in the order of their numbers
 * @param more whether others follow
 */
record ListedParts(List<Part> parts, boolean more) {

  /**
   * A part that storage holds.
   *
   * @param tag entity tag, without quotes
   */
  record Part(int number, String tag, long size) {}

  private static final XMLInputFactory XML = XMLInputFactory.newDefaultFactory();

  static {
    XML.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    XML.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    XML.setProperty(XMLInputFactory.IS_COALESCING, true);
  }

  ListedParts {
    parts = List.copyOf(parts);
  }

  /** Reads a {@code ListPartsResult}. */
  static ListedParts parse(InputStream answer) throws IOException {
    try {
      XMLStreamReader xml = XML.createXMLStreamReader(answer);
      List<Part> parts = new ArrayList<>();
      boolean more = false;
      while (xml.hasNext()) {
        if (xml.next() == XMLStreamConstants.START_ELEMENT) {
          switch (xml.getLocalName()) {
            case "IsTruncated" -> more = Boolean.parseBoolean(xml.getElementText());
            case "Part" -> parts.add(part(xml));
            default -> {
              // Of no interest, or what encloses the others.
            }
          }
        }
      }
      return new ListedParts(parts, more);
    } catch (XMLStreamException | NumberFormatException e) {
      throw new IOException("the list of parts is not as S3 writes it: " + e.getMessage(), e);
    }
  }

  private static Part part(XMLStreamReader xml) throws XMLStreamException, IOException {
    Map<String, String> values = new HashMap<>();
    while (xml.nextTag() == XMLStreamConstants.START_ELEMENT) {
      values.put(xml.getLocalName(), xml.getElementText());
    }
    String tag = values.get("ETag");
    if (tag == null) {
      throw new IOException("the list of parts has one without ETag");
    }
    return new Part(
        Integer.parseInt(values.get("PartNumber")),
        tag.replace("\"", ""),
        Long.parseLong(values.get("Size")));
  }
}
