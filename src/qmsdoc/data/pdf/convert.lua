-- Converts a batch of Markdown bodies into Typst markup. One JSON list comes in, one line of JSON goes out for each
-- document: {"typst", "structure"} or {"error", "table"}, the number of the table that can not be shown. Nothing is
-- read from disk: the reader gets an empty environment. Pictures and link targets are numbers and texts that the caller gave, in reading order.

local FORMAT = "commonmark+pipe_tables+footnotes+task_lists+strikeout+alerts"
local ALERTS = { note = true, tip = true, important = true, warning = true, caution = true }
local ROOM = 96 -- characters of table text that fit side by side on the page
local TURNED = 1.5 -- how much more fits on a page in landscape
local TOP = "-" -- marks a table that stands in no list or quote
local SMALLEST = 0.5 -- the factor below which nobody can read a table

-- The structure of a document as a list of marks and texts, to be compared with that of the other parser;
-- and what its links, images and diagrams are called, in reading order.
local function structure_of(doc)
  local out, piece = {}, {}
  local found = { links = {}, images = {}, diagrams = {} }
  local blocks, inlines

  local function mark(name)
    local text = table.concat(piece):gsub("[ \t\n\r\f\v]+", "")
    if text ~= "" then out[#out + 1] = "=" .. text end
    piece = {}
    if name then out[#out + 1] = name end
  end
  local function say(text) piece[#piece + 1] = text end

  local inline = {
    Str = function(el) say(el.text) end,
    Code = function(el) say(el.text) end,
    Space = function() end,
    SoftBreak = function() end,
    LineBreak = function() end,
    Note = function(el) mark("footnote") blocks(el.content) mark("end footnote") end,
    Image = function(el)
      table.insert(found.images, el.src)
      mark("image") inlines(el.caption) mark("end image")
    end,
    Link = function(el)
      table.insert(found.links, el.target)
      mark("link") inlines(el.content) mark("end link")
    end,
  }
  inlines = function(list)
    for _, el in ipairs(list) do
      if inline[el.tag] then inline[el.tag](el)
      elseif el.content then inlines(el.content)
      else error("unexpected " .. el.tag) end
    end
  end
  local function row(it)
    mark("row")
    for _, cell in ipairs(it.cells) do mark("cell") blocks(cell.contents) end
  end
  local function items(name, el)
    mark(name)
    for _, item in ipairs(el.content) do mark("item") blocks(item) end
    mark("end list")
  end
  local block = {
    Plain = function(el) inlines(el.content) end,
    Para = function(el) mark("paragraph") inlines(el.content) end,
    Header = function(el) mark("heading " .. el.level) inlines(el.content) end,
    CodeBlock = function(el)
      if el.classes[1] == "mermaid" then table.insert(found.diagrams, el.text) end
      mark("code") say(el.text)
    end,
    HorizontalRule = function() mark("rule") end,
    BulletList = function(el) items("list", el) end,
    OrderedList = function(el) items("list " .. el.start, el) end,
    BlockQuote = function(el) mark("quote") blocks(el.content) mark("end quote") end,
    Div = function(el)
      mark("alert " .. el.classes[1])
      for i, inner in ipairs(el.content) do
        if i > 1 then blocks({ inner }) end -- the first one is the title that the reader adds
      end
      mark("end quote")
    end,
    Table = function(el)
      mark("table")
      for _, it in ipairs(el.head.rows) do row(it) end
      for _, body in ipairs(el.bodies) do
        for _, it in ipairs(body.body) do row(it) end
      end
      mark("end table")
    end,
  }
  blocks = function(list)
    for _, el in ipairs(list) do
      if not block[el.tag] then error("unexpected " .. el.tag) end
      block[el.tag](el)
      mark()
    end
  end
  blocks(doc.blocks)
  return out, found
end

-- What the caller gave for each name; nil when the two parsers did not find the same number.
local function by_name(names, given)
  if #names ~= #given then return nil end
  local map = {}
  for i, name in ipairs(names) do map[name] = given[i] end
  return map
end

-- Column widths for a table that is wider than the page: each column gets room for its longest word, and the
-- rest goes to those with more text. The second value is the factor by which everything must shrink.
local function widths_of(el)
  local longest, total, widest, count = {}, {}, {}, #el.colspecs
  for i = 1, count do longest[i], total[i], widest[i] = 1, 0, 0 end
  local function look(it)
    for i, cell in ipairs(it.cells) do
      local text = pandoc.utils.stringify(cell.contents)
      local length = pandoc.text.len(text)
      total[i] = total[i] + length
      widest[i] = math.max(widest[i], length)
      for word in text:gmatch("[^%s/-]+[/-]?") do -- a line may be broken behind these
        longest[i] = math.max(longest[i], pandoc.text.len(word))
      end
    end
  end
  for _, it in ipairs(el.head.rows) do look(it) end
  for _, body in ipairs(el.bodies) do
    for _, it in ipairs(body.body) do look(it) end
  end
  local all, need, weight = 0, 0, 0
  for i = 1, count do
    all = all + widest[i] + 3
    need = need + longest[i] + 3
    weight = weight + math.sqrt(total[i])
  end
  if all <= ROOM then return nil, 1 end
  local rest = math.max(0, ROOM - need)
  local sum, widths = math.max(need, ROOM), {}
  for i = 1, count do widths[i] = (longest[i] + 3 + rest * math.sqrt(total[i]) / weight) / sum end
  return widths, math.min(1, ROOM / need)
end

-- The call that makes a table fit: smaller, or in landscape where it stands in no list or quote; nil where none can.
local function fitting(factor, top)
  if factor == 1 then return nil end
  if factor >= 0.8 then return string.format("#shrunk(%.2f)", factor) end
  local turned = math.min(1, factor * TURNED)
  if top and turned >= SMALLEST then return string.format("#turned(%.2f)", turned) end
  return factor >= SMALLEST and string.format("#shrunk(%.2f)", factor) or nil
end

local function typst(text) return pandoc.RawBlock("typst", text) end

-- Typst reads `...` as an ellipsis, `-?` as a soft hyphen and `-5` as a minus; inside a string it does not.
local function literal(el)
  if not (el.text:find("...", 1, true) or el.text:find("%-[%d?]")) then return nil end
  local text = el.text:gsub("\\", "\\\\"):gsub('"', '\\"')
  return pandoc.RawInline("typst", '#"' .. text .. '";')
end

-- The filter that puts pictures, links, alerts and wide tables in the place of what pandoc would write.
local function filter_for(job, links, images, diagrams)
  local number, tables, titled = 0, 0, false
  local function picture(index, call) return string.format("#%s(%d)", call, index) end
  local function alone(el)
    local only = #el.content == 1 and el.content[1]
    if only and only.tag == "Image" then return typst(picture(images[only.src], "picture")), false end
  end
  local blocks = {
    traverse = "topdown",
    Para = alone,
    Plain = alone,
    HorizontalRule = function() return typst("#rule()") end,
    Header = function(el)
      number = number + 1
      el.identifier = job.anchors[number]
      if number > 1 or el.level > 1 or pandoc.utils.stringify(el) ~= job.title then return el end
      titled = true -- the template shows it above the facts
      return {}
    end,
    CodeBlock = function(el)
      if el.classes[1] == "mermaid" then return typst(picture(diagrams[el.text], "picture")) end
      return pandoc.CodeBlock(el.text) -- Typst would take `c++` for the language c and the text ++
    end,
    Div = function(el)
      local kind = el.classes[1]
      if not ALERTS[kind] then error("unexpected block " .. tostring(kind)) end
      local content = pandoc.Blocks({ typst('#alert("' .. kind .. '")[') })
      for i, inner in ipairs(el.content) do
        if i > 1 then content:insert(inner) end
      end
      content:insert(typst("]"))
      return content
    end,
    Table = function(el)
      tables = tables + 1
      local widths, factor = widths_of(el)
      local specs = el.colspecs
      for i, spec in ipairs(specs) do
        local side = spec[1] == "AlignDefault" and "AlignLeft" or spec[1]
        specs[i] = { side, widths and widths[i] }
      end
      el.colspecs = specs
      local call = fitting(factor, el.identifier == TOP)
      if not call and factor < 1 then job.too_wide = tables end
      el.identifier = ""
      return call and { typst(call .. "["), el, typst("]") } or el, false
    end,
  }
  local inlines = {
    Str = literal,
    Image = function(el) return pandoc.RawInline("typst", picture(images[el.src], "inline-picture")) end,
    Link = function(el)
      local target = links[el.target]
      if target.uri ~= "" then
        local moved = titled and target.uri == "#" .. job.anchors[1]
        return pandoc.Link(el.content, moved and "#document-title" or target.uri)
      end
      -- What `literal` has turned into Typst counts as text, too.
      local words = el.content:walk({ RawInline = function(raw) return pandoc.Str(raw.text) end })
      local said = target.note == "" or pandoc.utils.stringify(words):find(target.note, 1, true)
      return said and el.content or el.content .. { pandoc.Str(" (" .. target.note .. ")") }
    end,
  }
  return blocks, inlines
end

local function convert(job)
  local doc = pandoc.read(job.text, FORMAT, {}, {})
  local structure, found = structure_of(doc)
  local links = by_name(found.links, job.links)
  local images = by_name(found.images, job.images)
  local diagrams = by_name(found.diagrams, job.diagrams)
  if not (links and images and diagrams) then return { structure = structure, typst = "" } end
  for _, el in ipairs(doc.blocks) do
    if el.tag == "Table" then el.identifier = TOP end
  end
  local blocks, inlines = filter_for(job, links, images, diagrams)
  doc = doc:walk(blocks):walk(inlines)
  if job.too_wide then return { error = "this table is too wide to be read on paper", table = job.too_wide } end
  local options = pandoc.WriterOptions({ wrap_text = "none" })
  return { typst = pandoc.write(doc, "typst", options), structure = structure }
end

for _, job in ipairs(pandoc.json.decode(io.read("a"), false)) do
  local fine, result = pcall(convert, job)
  if not fine then result = { error = tostring(result) } end
  io.write(pandoc.json.encode(result), "\n")
  io.flush()
end
