// The header and the library in C++17: handles in unique_ptr, strings as string_view.

#include <ringback.h>

#include <cstdio>
#include <cstring>
#include <memory>
#include <string_view>

namespace {

struct Free {
    void operator()(ringback_payload *payload) const { ringback_payload_free(payload); }
};
using Payload = std::unique_ptr<ringback_payload, Free>;

std::string_view view(ringback_str text)
{
    return {reinterpret_cast<const char *>(text.data), text.len};
}

Payload parse(std::string_view body)
{
    ringback_payload *payload = nullptr;
    ringback_payload_parse(reinterpret_cast<const uint8_t *>(body.data()), body.size(), &payload, nullptr);
    return Payload(payload);
}

} // namespace

int main()
{
    constexpr std::string_view body = R"({"metadata":{"request_id":"r"},"results":{"channels":[{"alternatives":[
        {"transcript":"good \"morning\"","words":[{"word":"good","start":0.25}]}]}]}})";
    const Payload payload = parse(body);
    ringback_str text{};
    ringback_alternative alternative{};
    ringback_word word{};
    const bool good = payload && ringback_payload_kind(payload.get()) == RINGBACK_KIND_TRANSCRIPT &&
                      ringback_payload_transcript(payload.get(), &text) == RINGBACK_OK &&
                      view(text) == "good \"morning\"" &&
                      ringback_payload_alternative(payload.get(), &alternative) == RINGBACK_OK &&
                      ringback_word_next(payload.get(), &alternative.words, &word) == RINGBACK_OK &&
                      word.start.millis == 250 && !parse("{");
    std::puts(good ? "plus: ok" : "plus: failed");
    return good ? 0 : 1;
}
