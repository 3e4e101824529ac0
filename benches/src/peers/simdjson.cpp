// The tasks done with simdjson's DOM, in C++, as its documentation shows: a parser that is kept, padded input,
// no exceptions. The Rust side is simdjson.rs.

#include <cstdint>
#include <cstring>
#include <string_view>

#include "simdjson.h"

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;
using simdjson::dom::parser;

extern "C" {

struct bridge_envelope {
  const char *request_id;
  size_t request_id_length;
  uint64_t stream;
  uint64_t transcript;
};

struct bridge_words {
  uint64_t count;
  uint64_t text;
  uint64_t speakers;
  double seconds;
  double confidence;
};

parser *bridge_new(size_t longest) {
  auto *kept = new parser();
  if (kept->allocate(longest) != simdjson::SUCCESS) {
    delete kept;
    return nullptr;
  }
  return kept;
}

void bridge_free(parser *kept) { delete kept; }

const char *bridge_implementation() {
  // The text belongs to the library and lives as long as it.
  static const std::string name(simdjson::get_active_implementation()->name());
  return name.c_str();
}

bool bridge_validate(parser *kept, const uint8_t *json, size_t length) {
  element root;
  return kept->parse(json, length, false).get(root) == simdjson::SUCCESS;
}

bool bridge_read_envelope(parser *kept, const uint8_t *json, size_t length, bridge_envelope *out) {
  element root;
  if (kept->parse(json, length, false).get(root) != simdjson::SUCCESS) {
    return false;
  }
  std::string_view request_id;
  if (root["metadata"]["request_id"].get(request_id) != simdjson::SUCCESS) {
    return false;
  }
  std::string_view type;
  const bool stream = root["type"].get(type) == simdjson::SUCCESS && type == "Results";
  element channel;
  if ((stream ? root["channel"] : root["results"]["channels"].at(0)).get(channel) != simdjson::SUCCESS) {
    return false;
  }
  std::string_view transcript;
  if (channel["alternatives"].at(0)["transcript"].get(transcript) != simdjson::SUCCESS) {
    return false;
  }
  *out = {request_id.data(), request_id.size(), stream, transcript.size()};
  return true;
}

} // extern "C"

namespace {

// One pass over the members: looking each name up would begin anew every time.
bool read_word(object word, bridge_words &words) {
  int error = simdjson::SUCCESS;
  double start = 0, end = 0, confidence = 0;
  uint64_t speaker = 0;
  std::string_view plain, punctuated;
  bool is_punctuated = false;
  for (auto [name, value] : word) {
    if (name == "word") {
      error |= value.get(plain);
    } else if (name == "start") {
      error |= value.get(start);
    } else if (name == "end") {
      error |= value.get(end);
    } else if (name == "confidence") {
      error |= value.get(confidence);
    } else if (name == "speaker") {
      error |= value.get(speaker);
    } else if (name == "punctuated_word") {
      error |= value.get(punctuated);
      is_punctuated = true;
    }
  }
  words.count += 1;
  words.text += (is_punctuated ? punctuated : plain).size();
  words.speakers += speaker;
  words.seconds += start + end;
  words.confidence += confidence;
  return error == simdjson::SUCCESS;
}

bool read_channel(element channel, bridge_words &words) {
  array alternatives;
  if (channel["alternatives"].get(alternatives) != simdjson::SUCCESS) {
    return false;
  }
  for (element alternative : alternatives) {
    array list;
    if (alternative["words"].get(list) != simdjson::SUCCESS) {
      return false;
    }
    for (element word : list) {
      object members;
      if (word.get(members) != simdjson::SUCCESS || !read_word(members, words)) {
        return false;
      }
    }
  }
  return true;
}

} // namespace

extern "C" bool bridge_read_words(parser *kept, const uint8_t *json, size_t length, bridge_words *out) {
  element root;
  if (kept->parse(json, length, false).get(root) != simdjson::SUCCESS) {
    return false;
  }
  *out = {0, 0, 0, 0, 0};
  array channels;
  element channel;
  if (root["channel"].get(channel) == simdjson::SUCCESS) {
    return read_channel(channel, *out);
  }
  if (root["results"]["channels"].get(channels) != simdjson::SUCCESS) {
    return false;
  }
  for (element recorded : channels) {
    if (!read_channel(recorded, *out)) {
      return false;
    }
  }
  return true;
}
