-- SPDX-License-Identifier: MIT
-- work.lua SCALE: numbers and their formats, strings and patterns, tables, closures, coroutines.
local scale = tonumber(arg[1])
local seed = 4711
local function random()
    seed = (seed * 1103515245 + 12345) & 0x7fffffff
    return seed >> 7
end
local function hash(text)
    local h = 0xcbf29ce484222325
    for i = 1, #text do h = (h ~ text:byte(i)) * 0x100000001b3 end
    return string.format("%016x %d", h, #text)
end
local function show(name, ...)
    local parts = table.pack(...)
    for i = 1, parts.n do parts[i] = tostring(parts[i]) end
    local text = table.concat(parts, " ")
    print(name .. ": " .. (#text > 100 and text:sub(1, 50) .. "... " .. hash(text) or text))
end

local numbers = {}
for i = -300 * scale, 300 * scale do
    local x = i * 1234.5678 / 7
    numbers[#numbers + 1] = string.format("%d %5.2f %e %g %.17g %a %i %x %q %s", i, x, x * 1e200,
        x / 1e7, x, x, i,
                                          i & 0xffff, x, x)
end
show("formats", table.concat(numbers, "\n"))
show("integers", 7 // 2, -7 // 2, 7 % -3, -7 % 3, 7.5 // 2, -7.5 % 2, 1 << 63,
    math.mininteger // -1, 5 // 0.0,
     math.maxinteger + 1 == math.mininteger, 3 | 8, ~5, 2^53 == 2^53 + 1, 10 / 2, math.ult(1, -1))
show("conversions", tostring(1e15), 1e100, 0x1p-3, tonumber("0x1.8p3"), tonumber("  12  "),
    tonumber("z", 36), "10" + 5,
     math.tointeger(3.0), 2^31 | 0, string.format("%5.1f|%-8d|%+d|%08.3f", 3.14159, 42, 7, -2.5))
local roots, sum = {}, 0.0
for i = 1, 30000 * scale do
    sum = sum + math.sqrt(i) / (i + 0.5) - (i % 7) * 0.1
    if i % 100 == 0 then roots[#roots + 1] = string.format("%a", sum) end
end
show("roots", table.concat(roots, ","))
local rounds = {}
for i = -200, 200 do
    local x = i / 8
    rounds[#rounds + 1] = math.floor(x) .. math.ceil(x) .. math.fmod(x,
        3) .. math.abs(x) .. select(2, math.modf(x))
end
show("rounding", table.concat(rounds, ","))
show("extremes", math.huge, -math.huge, math.pi, 5e-324, 1.7976931348623157e308,
    2.2250738585072014e-308, -0.0)

local parts = {}
for i = 1, 10000 * scale do parts[i] = string.format("%d:%s", random() % 1000, ("x"):rep(i % 7)) end
local text = table.concat(parts, ",")
show("concat", text)
show("gsub", text:gsub("(%d+):(x*)", "%2=%1"))
show("gsub function", text:gsub("%d+", function(d) return d * 2 % 10 == 0 and "even" or nil end))
show("gsub table", text:gsub("%d", { ["1"] = "one", ["2"] = "two" }))
local n = 0
for w, x in text:gmatch("(%d+):(x+)") do n = n + #w * #x end
show("gmatch", n, text:find(":xxxxxx", 1, true), text:find("%f[%d]99%f[%D]"), text:match("^(%d*):"))
show("balance", ("f(a(b)c)d)"):match("%b()"), ("  trim  "):match("^%s*(.-)%s*$"), ("%d"):rep(3,
    "-"))
show("pack", hash(string.pack(">I4i8dfsz", 77, -5, 1 / 3, 0.5, "abc", "zero")),
     string.unpack("<i3", "\xff\xff\x7f"), ("äö漢"):len(), utf8.len("äö漢"), utf8.char(0x1f600, 228))
show("bytes", text:sub(-20), text:reverse():sub(1, 20), ("abc"):byte(1, -1), ("x"):upper())

local list = {}
for i = 1, 20000 * scale do list[i] = random() end
table.sort(list)
show("sort", table.concat(list, ","))
table.sort(list, function(a,
    b) if a % 97 ~= b % 97 then return a % 97 < b % 97 end return a > b end)
show("sort by", table.concat(list, ","))
show("move", table.concat(table.move(list, 1, 50, 10, {}), ",", 10, 59), select("#",
    table.unpack(list, 1, 200)))
local map = {}
for i, v in ipairs(list) do map["k" .. v % 4001] = (map["k" .. v % 4001] or 0) + i end
local keys = {}
for k in pairs(map) do keys[#keys + 1] = k end
table.sort(keys)
for i, k in ipairs(keys) do keys[i] = k .. map[k] end
show("map", table.concat(keys, ","))

local vector = setmetatable({}, { __call = function(class, x, y) return setmetatable({ x = x,
    y = y }, class) end })
vector.__index = vector
vector.__add = function(a, b) return vector(a.x + b.x, a.y + b.y) end
vector.__eq = function(a, b) return a.x == b.x and a.y == b.y end
vector.__tostring = function(v) return "(" .. v.x .. "," .. v.y .. ")" end
local v = vector(0, 0.5)
for i = 1, 5000 do v = v + vector(i, i / 4) end
show("metatables", v, v == vector(v.x, v.y))
local function permutations(a, k)
    if k == 0 then coroutine.yield(table.concat(a)) end
    for i = 1, k do
        a[k], a[i] = a[i], a[k]
        permutations(a, k - 1)
        a[k], a[i] = a[i], a[k]
    end
end
local all = {}
for p in coroutine.wrap(function() permutations({ 1, 2, 3, 4, 5, 6, 7 },
    7) end) do all[#all + 1] = p end
show("coroutines", #all, hash(table.concat(all)))
local function fib(k) if k < 2 then return k end return fib(k - 1) + fib(k - 2) end
show("recursion", fib(20 + scale))
local function deep(k) if k == 0 then return 0 end return 1 + deep(k - 1) end
show("depth", deep(10000), select(2, pcall(error, { code = 5 })).code,
    pcall(function() return nil + 1 end))
local chunk = {}
for i = 1, 300 do chunk[i] = "s = (s or 0) + " .. i .. " * (s or 1) % 1000003" end
local env = {}
load(table.concat(chunk, "\n"), "made", "t", env)()
show("load", env.s, #string.dump(load("return 1")) > 20)
local weak = setmetatable({}, { __mode = "k" })
for i = 1, 1000 do weak[{}] = i end
collectgarbage()
show("garbage", next(weak), #table.pack(pcall(string.rep, "x", -1)))
