// The live view: a screen that redraws itself on a terminal, a line every few seconds elsewhere, or
// lines of JSON for machines. Writes to standard output; a single thread's.
#pragma once

#include <cstdio>
#include <string>

#include "rehearsal/story.h"

namespace frontrow::rehearsal {

enum class ViewKind : std::uint8_t { screen, lines, json, silent };

class View {
 public:
  explicit View(ViewKind kind) : kind_(kind) {}

  void begin(const Story& story);
  // The story so far; its last moment is the newest.
  void show(const Story& story);
  void note(const std::string& text);  // a sentence about what is being done
  void end(const Story& story);

 private:
  void draw(const Story& story);
  const ViewKind kind_;
  int drawn_lines_ = 0;
  double next_line_ = 0;
};

// The whole result in words, as the end of the view prints it.
std::string summary(const Story& story);
// The whole result as one line of JSON.
std::string summary_json(const Story& story);

}  // namespace frontrow::rehearsal
