// SPDX-License-Identifier: BSL-1.0
#include "explorer/trace.hpp"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <map>
#include <regex>
#include <sstream>

namespace filch_model {
namespace {

// A label is given at the head of a sentence; those after "Pairs with" are partners.
const std::regex given_label(R"((?:// |\. )\[([A-Z][A-Z]?\d+)\] (?!and|or)[a-z_]+)");

const std::vector<std::string>& lines_of(const std::string& file) {
  static std::map<std::string, std::vector<std::string>> known;
  const auto [at, fresh] = known.try_emplace(file);
  if (fresh) {
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
      at->second.push_back(line);
    }
  }
  return at->second;
}

std::string place(const event& e) {
  const char* const slash = std::strrchr(e.asked.at.file, '/');
  std::string text = (slash != nullptr ? slash + 1 : e.asked.at.file) + (":" + std::to_string(e.asked.at.line));
  const bool failed = e.asked.what == action::compare_exchange && !e.chosen.succeeds;
  if (const std::string label = label_at(e.asked.at, failed); !label.empty()) {
    text = "[" + label + "] " + text;
  }
  return text;
}

std::string what_happened(const event& e, std::map<const location*, std::size_t>& names) {
  const request& r = e.asked;
  std::ostringstream out;
  if (r.what == action::barrier) {
    return "barrier for all threads";
  }
  out << "a" << names.try_emplace(r.where, names.size() + 1).first->second;
  const auto signed_value = [](std::uint64_t v) { return static_cast<std::int64_t>(v); };
  switch (r.what) {
    case action::load:
      out << ".load(" << name_of(r.order) << ") gives " << signed_value(r.value);
      break;
    case action::store:
      out << ".store(" << signed_value(r.operand) << ", " << name_of(r.order) << ")";
      break;
    case action::exchange:
      out << " exchanged (" << name_of(r.order) << "): " << signed_value(r.value) << " becomes "
          << signed_value(r.apply(r.value, r.operand));
      break;
    case action::compare_exchange:
      out << ".compare_exchange(" << signed_value(r.expected) << " to " << signed_value(r.operand) << ", "
          << name_of(r.order) << ", " << name_of(r.failure) << ") "
          << (e.chosen.succeeds ? "succeeds" : "fails on " + std::to_string(signed_value(r.value)));
      break;
    case action::futex_wait:
      out << " futex wait while " << r.expected << ": "
          << (r.value != r.expected ? "is " + std::to_string(r.value)
              : e.chosen.early      ? "returns early"
                                    : "sleeps");
      break;
    case action::futex_wake:
      out << " futex wake";
      break;
    case action::barrier:
      break;
  }
  if (r.reads() && !e.wrote && e.chosen.store + 1 < e.stores_then) {
    out << " (store " << e.chosen.store + 1 << " of " << e.stores_then << ")";
  }
  return out.str();
}

}  // namespace

const char* name_of(std::memory_order order) {
  switch (order) {
    case std::memory_order_relaxed:
      return "relaxed";
    case std::memory_order_consume:
      return "consume";
    case std::memory_order_acquire:
      return "acquire";
    case std::memory_order_release:
      return "release";
    case std::memory_order_acq_rel:
      return "acq_rel";
    case std::memory_order_seq_cst:
      return "seq_cst";
  }
  return "?";
}

std::set<std::string> labels_in(const std::string& file) {
  std::set<std::string> labels;
  for (const std::string& line : lines_of(file)) {
    for (std::sregex_iterator at(line.begin(), line.end(), given_label), end; at != end; ++at) {
      labels.insert((*at)[1]);
    }
  }
  return labels;
}

std::string label_at(const site& at, bool last) {
  const std::vector<std::string>& lines = lines_of(at.file);
  std::size_t k = std::min(static_cast<std::size_t>(at.line), lines.size());
  const auto is_comment = [&](std::size_t line) {
    const std::size_t first = lines[line - 1].find_first_not_of(' ');
    return first != std::string::npos && lines[line - 1].compare(first, 2, "//") == 0;
  };
  // A statement may begin a few lines above the call.
  for (int up = 0; up < 4 && k > 0 && !is_comment(k); ++up) {
    --k;
  }
  std::string found;
  for (; k > 0 && is_comment(k); --k) {
    std::smatch match;
    const std::string& line = lines[k - 1];
    if (std::regex_search(line, match, given_label)) {
      if (last && found.empty()) {
        return match[1];
      }
      found = match[1];
    }
  }
  return found;
}

std::string readable_trace(const run& r) {
  std::map<const location*, std::size_t> names;
  std::ostringstream out;
  std::size_t number = 0;
  for (const event& e : r.events()) {
    std::string step = std::to_string(++number);
    out << std::string(4 - std::min<std::size_t>(4, step.size()), ' ') << step << "  " << r.name(e.thread)
        << std::string(10 - std::min<std::size_t>(9, r.name(e.thread).size()), ' ');
    const std::string text = what_happened(e, names);
    out << text << std::string(text.size() < 60 ? 60 - text.size() : 1, ' ') << ' ' << place(e) << '\n';
  }
  return out.str();
}

std::string identity_of(const run& r) {
  // A store is known by its thread and its number there; a load says which one it read.
  const std::vector<event>& events = r.events();
  std::map<const location*, std::vector<std::string>> orders;
  std::map<thread_id, std::string> threads;
  for (const event& e : events) {
    const std::string name = std::to_string(e.thread) + "." + std::to_string(e.trace.of(e.thread));
    std::string& of_thread = threads[e.thread];
    if (e.asked.where != nullptr) {
      std::vector<std::string>& order = orders[e.asked.where];
      if (e.asked.reads()) {
        // Stores that the scenario made before its threads began are the oldest.
        const std::size_t made = e.stores_then - order.size();
        of_thread += e.chosen.store < made ? "i" + std::to_string(e.chosen.store) : order[e.chosen.store - made];
      }
      if (e.wrote) {
        order.push_back(name);
      }
      if (e.asked.is_futex_call()) {
        of_thread += "@" + std::to_string(e.futex_number);
      }
    }
    of_thread += e.chosen.early ? "e" : e.chosen.succeeds ? "s" : "";
    of_thread += ' ';
  }
  std::vector<std::string> texts;
  for (const auto& [where, order] : orders) {
    std::string text;
    for (const std::string& s : order) {
      text += s + ' ';
    }
    texts.push_back(text);
  }
  std::sort(texts.begin(), texts.end());
  std::string all;
  for (const auto& [t, text] : threads) {
    all += std::to_string(t) + ": " + text + "| ";
  }
  for (const std::string& text : texts) {
    all += text + "; ";
  }
  return all;
}

std::string schedule_of(const std::vector<event>& events) {
  std::ostringstream out;
  for (const event& e : events) {
    out << (out.tellp() > 0 ? " " : "") << e.thread << ':' << e.chosen.store << (e.chosen.succeeds ? "s" : "")
        << (e.chosen.early ? "e" : "");
  }
  return out.str();
}

bool read_step(std::istream& in, thread_id& t, choice& c) {
  std::string word;
  char colon = 0;
  std::istringstream step(in >> word ? word : std::string());
  c = {};
  if (!(step >> t >> colon >> c.store) || colon != ':') {
    return false;
  }
  for (char flag = 0; step >> flag;) {
    c.succeeds = c.succeeds || flag == 's';
    c.early = c.early || flag == 'e';
  }
  return true;
}

}  // namespace filch_model
