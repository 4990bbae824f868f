;; The two passes of `resample.ts`, with 128-bit vectors. `npm run generate` assembles it into generated/resample-kernel.ts.
;; Weights are pairs of 16 bits, so that one dot product takes two taps; a pair's second weight may be 0, and then what it
;; is multiplied with may lie behind the image: sources have room for a row and 8 bytes more, results for 8 bytes.
(module
  (memory (export "memory") 1)

  ;; Source and result: interleaved RGB. firsts, pairs: i32 for each result pixel of a row; weights: `taps` i16 each.
  (func (export "columns")
    (param $source i32) (param $width i32) (param $height i32) (param $to i32)
    (param $firsts i32) (param $pairs i32) (param $weights i32) (param $taps i32) (param $precision i32) (param $result i32)
    (local $x i32) (local $at i32) (local $weight i32) (local $left i32) (local $half v128) (local $sum v128)
    (local.set $half (i32x4.splat (i32.shl (i32.const 1) (i32.sub (local.get $precision) (i32.const 1)))))
    (loop $rows
      (local.set $x (i32.const 0))
      (loop $pixels
        (local.set $sum (local.get $half))
        (local.set $at (i32.add (local.get $source)
          (i32.mul (i32.load (i32.add (local.get $firsts) (i32.shl (local.get $x) (i32.const 2)))) (i32.const 3))))
        (local.set $weight (i32.add (local.get $weights)
          (i32.shl (i32.mul (local.get $x) (local.get $taps)) (i32.const 1))))
        (local.set $left (i32.load (i32.add (local.get $pairs) (i32.shl (local.get $x) (i32.const 2)))))
        (loop $taps
          ;; Two pixels as R R, G G, B B in 16 bits.
          (local.set $sum (i32x4.add (local.get $sum) (i32x4.dot_i16x8_s
            (i8x16.swizzle (v128.load64_zero (local.get $at))
              (v128.const i8x16 0 -1 3 -1 1 -1 4 -1 2 -1 5 -1 -1 -1 -1 -1))
            (v128.load32_splat (local.get $weight)))))
          (local.set $at (i32.add (local.get $at) (i32.const 6)))
          (local.set $weight (i32.add (local.get $weight) (i32.const 4)))
          (br_if $taps (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
        (local.set $sum (i32x4.shr_s (local.get $sum) (local.get $precision)))
        (local.set $sum (i16x8.narrow_i32x4_s (local.get $sum) (local.get $sum)))
        (v128.store32_lane 0 (local.get $result) (i8x16.narrow_i16x8_u (local.get $sum) (local.get $sum)))
        (local.set $result (i32.add (local.get $result) (i32.const 3)))
        (br_if $pixels (i32.lt_u (local.tee $x (i32.add (local.get $x) (i32.const 1))) (local.get $to))))
      (local.set $source (i32.add (local.get $source) (i32.mul (local.get $width) (i32.const 3))))
      (br_if $rows (local.tee $height (i32.sub (local.get $height) (i32.const 1))))))

  ;; Rows of `stride` bytes; firsts, pairs: i32 for each result row.
  (func (export "rows")
    (param $source i32) (param $stride i32) (param $to i32)
    (param $firsts i32) (param $pairs i32) (param $weights i32) (param $taps i32) (param $precision i32) (param $result i32)
    (local $y i32) (local $i i32) (local $row i32) (local $at i32) (local $weight i32) (local $left i32)
    (local $half v128) (local $low v128) (local $high v128) (local $both v128) (local $pair v128)
    (local.set $half (i32x4.splat (i32.shl (i32.const 1) (i32.sub (local.get $precision) (i32.const 1)))))
    (loop $rows
      (local.set $row (i32.add (local.get $source)
        (i32.mul (i32.load (i32.add (local.get $firsts) (i32.shl (local.get $y) (i32.const 2)))) (local.get $stride))))
      (local.set $i (i32.const 0))
      (loop $bytes
        (local.set $low (local.get $half))
        (local.set $high (local.get $half))
        (local.set $at (i32.add (local.get $row) (local.get $i)))
        (local.set $weight (i32.add (local.get $weights)
          (i32.shl (i32.mul (local.get $y) (local.get $taps)) (i32.const 1))))
        (local.set $left (i32.load (i32.add (local.get $pairs) (i32.shl (local.get $y) (i32.const 2)))))
        (loop $taps
          ;; Eight bytes of two rows, a byte of each in turn.
          (local.set $both (i8x16.shuffle 0 16 1 17 2 18 3 19 4 20 5 21 6 22 7 23
            (v128.load64_zero (local.get $at))
            (v128.load64_zero (i32.add (local.get $at) (local.get $stride)))))
          (local.set $pair (v128.load32_splat (local.get $weight)))
          (local.set $low (i32x4.add (local.get $low)
            (i32x4.dot_i16x8_s (i16x8.extend_low_i8x16_u (local.get $both)) (local.get $pair))))
          (local.set $high (i32x4.add (local.get $high)
            (i32x4.dot_i16x8_s (i16x8.extend_high_i8x16_u (local.get $both)) (local.get $pair))))
          (local.set $at (i32.add (local.get $at) (i32.shl (local.get $stride) (i32.const 1))))
          (local.set $weight (i32.add (local.get $weight) (i32.const 4)))
          (br_if $taps (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
        (local.set $both (i16x8.narrow_i32x4_s
          (i32x4.shr_s (local.get $low) (local.get $precision))
          (i32x4.shr_s (local.get $high) (local.get $precision))))
        (v128.store64_lane 0 (i32.add (local.get $result) (local.get $i))
          (i8x16.narrow_i16x8_u (local.get $both) (local.get $both)))
        (br_if $bytes (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 8))) (local.get $stride))))
      (local.set $result (i32.add (local.get $result) (local.get $stride)))
      (br_if $rows (i32.lt_u (local.tee $y (i32.add (local.get $y) (i32.const 1))) (local.get $to)))))
)
